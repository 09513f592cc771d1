/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
// GoogleTest: pass, fail, skip, disabled, parameters, types, an exception.
#include <gtest/gtest.h>
#include <stdexcept>

TEST(Sums, Passes)
{
	EXPECT_EQ(1 + 1, 2);
}
TEST(Sums, Fails)
{
	EXPECT_EQ(1 + 1, 3) << "first <&]]>";
	EXPECT_TRUE(false) << "second";
}
TEST(Sums, Skipped)
{
	GTEST_SKIP() << "no network";
}
TEST(Sums, DISABLED_Later)
{
	FAIL();
}
TEST(Ends, Throws)
{
	throw std::runtime_error("of its own");
}
TEST(Ends, Records)
{
	RecordProperty("key", "value");
}

class Numbers : public testing::TestWithParam<int>
{
};
TEST_P(Numbers, AreNotTwo)
{
	EXPECT_NE(GetParam(), 2);
}
INSTANTIATE_TEST_SUITE_P(Few, Numbers, testing::Values(1, 2));

template <typename T> class Types : public testing::Test
{
};
using Few = testing::Types<int, char>;
TYPED_TEST_SUITE(Types, Few);
TYPED_TEST(Types, AreLarge)
{
	EXPECT_GE(sizeof(TypeParam), sizeof(int));
}
