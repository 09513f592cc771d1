use Test::More tests => 3;
is lc 'ABC', 'abc', 'lower case';
is ucfirst 'abc', 'Abc', 'first letter';
TODO: {
    local $TODO = 'locales';
    is lc 'İ', 'i', 'dotted capital';
}
