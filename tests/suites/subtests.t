#!/usr/bin/perl
# Nested subtests with every outcome, as Test::More writes them.
use strict;
use warnings;
use Test::More;

ok 1, 'a plain assertion';
ok 1;
ok 1, 'the same name';
ok 1, 'the same name';
is 'a::b', 'a::b', 'Module::Name is kept';
like 'x', qr/x/, 'hash # in the name';

subtest outer => sub {
    plan tests => 3;
    ok 1, 'first';
    subtest inner => sub {
        ok 1, 'deep';
        is 1, 2, 'deep and wrong';
        diag 'said in the subtest';
        done_testing;
    };
    pass 'last';
};

subtest skipped => sub { plan skip_all => 'not today' };

TODO: {
    local $TODO = 'not written yet';
    ok 0, 'missing feature';
    ok 1, 'feature that came early';
}

SKIP: {
    skip 'no network here', 2;
}

is_deeply { a => [1, 2] }, { a => [1, 3] }, 'structures';
done_testing;
