#!/usr/bin/perl
# Test2: nested subtests, todo, skip, an exception within a subtest.
use Test2::V0;

ok(1, 'passes');
ok(1);
is([1, { a => 2 }], [1, { a => 3 }], 'structures');
like(dies { die "no\n" }, qr/no/, 'dies # as it should');
subtest outer => sub {
    ok(1, 'first');
    subtest inner => sub {
        is(1, 2, 'deep');
        note 'a note';
        diag 'a diagnostic';
    };
    skip_all 'the rest';
};
subtest todo => sub {
    my $todo = todo 'not written yet';
    ok(0, 'missing');
    ok(1, 'early');
};
todo 'one day' => sub { ok(0, 'by a block') };
SKIP: { skip 'no network', 2; ok(0, 'not run') }
subtest dies => sub { ok(1, 'before'); die "of its own\n" };
done_testing;
