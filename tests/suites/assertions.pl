#!/usr/bin/perl
# The assertions in a file of TAP, as Perl's own TAP::Parser reads them: a line
# each, depth, outcome and description, children before their parent. Indented
# lines are handed to a parser of their own; YAML blocks are left out. A subtest
# whose result has no name (Test::More leaves it out of a skip) has its header's.
use strict;
use warnings;
use TAP::Parser;

sub outcome {
    my ($test) = @_;
    return 'skip' if $test->has_skip;
    return $test->is_actual_ok ? 'success' : 'xfail' if $test->has_todo;
    return $test->is_actual_ok ? 'success' : 'fail';
}

sub report_lines {
    my ($depth, @lines) = @_;
    my (@inner, $subtest);
    my $flush = sub { report_lines($depth + 1, splice @inner) if @inner };
    for my $line (@lines) {
        if ($line =~ s/^    //) {
            push @inner, $line;
            next;
        }
        $flush->();
        $subtest = $1 if $line =~ /^# Subtest: (.*)/;
        next unless $line =~ /^(?:not )?ok\b/;
        my $parser = TAP::Parser->new({ tap => "$line\n" });
        while (my $result = $parser->next) {
            next unless $result->is_test;
            my $name = $result->description;
            $name =~ s/^- //;
            $name = $subtest if $name eq '' && defined $subtest;
            printf "%d\t%s\t%s\n", $depth, outcome($result), $name;
        }
        $subtest = undef;
    }
    $flush->();
}

my @lines;
while (<>) {
    chomp;
    next if /^\s+---\s*$/ .. /^\s+\.\.\.\s*$/;
    push @lines, $_;
}
report_lines(0, @lines);
