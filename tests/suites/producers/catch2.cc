/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
// Catch2: pass, fail, sections, a test that may fail, one that should, an exception.
#define CATCH_CONFIG_EXTERNAL_INTERFACES
#include <catch2/catch.hpp>
#include <catch2/catch_reporter_tap.hpp>
#include <stdexcept>

// Defined only where Catch2 is compiled.
Catch::TAPReporter::~TAPReporter()
{
}

TEST_CASE("passes")
{
	CHECK(1 + 1 == 2);
}
TEST_CASE("fails <&> # TODO", "[tag]")
{
	INFO("context");
	CHECK(1 + 1 == 3);
	CHECK(2 + 2 == 4);
}
TEST_CASE("sections")
{
	SECTION("one")
	{
		CHECK(true);
	}
	SECTION("two")
	{
		SECTION("deep")
		{
			CHECK(false);
		}
	}
}
TEST_CASE("may fail", "[!mayfail]")
{
	CHECK(false);
}
TEST_CASE("should fail", "[!shouldfail]")
{
	CHECK(false);
}
TEST_CASE("should fail, but passes", "[!shouldfail]")
{
	CHECK(true);
}
TEST_CASE("throws")
{
	throw std::runtime_error("of its own");
}
TEST_CASE("hidden", "[.]")
{
	CHECK(false);
}
TEST_CASE("without assertions")
{
}
