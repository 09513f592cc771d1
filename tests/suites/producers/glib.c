/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* GLib: pass, fail, skip, todo, messages, data, a set-up. */
#include <glib.h>

static void
passes(void)
{
	g_test_message("a message");
	g_assert_cmpint(1 + 1, ==, 2);
}

static void
fails(void)
{
	g_test_message("before it fails");
	g_test_fail();
}

static void
fails_printf(void)
{
	g_test_fail_printf("got %d, want %d", 5, 6);
}

static void
skipped(void)
{
	g_test_skip("no network");
}

static void
incomplete(void)
{
	g_test_incomplete("not written");
}

static void
with_data(gconstpointer data)
{
	g_assert_cmpstr(data, ==, "x");
}

static void
prints(void)
{
	g_print("printed by the test\n");
	g_printerr("on stderr\n");
}

static void
asserts(void)
{
	g_assert_cmpstr("left", ==, "right");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/passes", passes);
	g_test_add_func("/group/fails", fails);
	g_test_add_func("/group/fails-with-text", fails_printf);
	g_test_add_func("/group/asserts", asserts);
	g_test_add_func("/group/deep/skipped", skipped);
	g_test_add_func("/group/deep/incomplete", incomplete);
	g_test_add_data_func("/data/one two", "x", with_data);
	g_test_add_func("/prints", prints);
	return g_test_run();
}
