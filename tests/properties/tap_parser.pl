#!/usr/bin/perl
# What TAP::Parser makes of the documents of a folder, a line of JSON for each: the points of the
# outermost level (number, whether it counts as good, directive, name) and whether there were
# problems. It knows no version after 13, so that 14 is read as 13.
use strict;
use warnings;
use JSON::PP;
use TAP::Parser;

my ($folder) = @ARGV;
my $json = JSON::PP->new->canonical->utf8;
local $SIG{__WARN__} = sub { };
opendir my $dir, $folder or die "$folder: $!\n";
for my $name (sort grep { /\.tap$/ } readdir $dir) {
	open my $file, '<:encoding(UTF-8)', "$folder/$name" or die "$name: $!\n";
	my $text = do { local $/; <$file> };
	$text =~ s/^TAP version 14$/TAP version 13/m;
	my $parser = TAP::Parser->new({ tap => $text });
	my @points;
	while (my $result = $parser->next) {
		next unless $result->is_test;
		my $description = $result->description;
		$description =~ s/^-(?: |$)//;
		$description =~ s/^\s+//;
		push @points, [
			$result->number + 0, $result->is_ok ? JSON::PP::true : JSON::PP::false,
			lc $result->directive, $description,
		];
	}
	print $json->encode({
		name => $name,
		points => \@points,
		problems => $parser->has_problems ? JSON::PP::true : JSON::PP::false,
	}), "\n";
}
