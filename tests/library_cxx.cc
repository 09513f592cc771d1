// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
// Uses the library from C++, every macro of its headers included: sends one event through a sink
// of its own and prints its test id. Built with each standard by library.bats.
#include <subunit2.h>

#include <cstdio>

namespace {

struct Printer : subunit2_sink {
	int events;
};

enum subunit2_result
print(struct subunit2_sink *self, const struct subunit2_event *event, struct subunit2_error *error)
{
	static_cast<Printer *>(self)->events++;
	if (!subunit2_view_starts(event->test_id, SUBUNIT2_LITERAL("a")))
		return subunit2_error_set(error, SUBUNIT2_E_INVALID, "test id", "does not start with a");
	std::printf("%.*s\n", static_cast<int>(event->test_id.len), event->test_id.data);
	return SUBUNIT2_E_OK;
}

enum subunit2_result
finish(struct subunit2_sink *, struct subunit2_error *)
{
	return SUBUNIT2_E_OK;
}

} // namespace

static_assert(SUBUNIT2_VERSION_NUMBER >= 10000, "the version of the headers");
static_assert(SUBUNIT2_PACKET_MIN < SUBUNIT2_PACKET_MAX && SUBUNIT2_SIGNATURE == 0xB3, "a packet");
static_assert(SUBUNIT2_READER_SILENCE_MS > SUBUNIT2_TEXT_GATHER_MS, "times");
static_assert(SUBUNIT2_TEXT_GATHER_MAX > SUBUNIT2_DAMAGE_REASON_MAX, "sizes");

int
main()
{
	Printer printer;
	printer.event = print;
	printer.finish = finish;
	printer.free = nullptr;
	printer.events = 0;

	struct subunit2_event event = {};
	event.test_id = SUBUNIT2_LITERAL("answer");
	event.status = SUBUNIT2_STATUS_SUCCESS;
	event.mime_type = SUBUNIT2_TEXT_TYPE;
	event.file_name = SUBUNIT2_ABSENT;
	event.tags = SUBUNIT2_NO_TAGS;
	bool bytes = subunit2_view_equal(SUBUNIT2_BYTES_TYPE, event.mime_type);

	struct subunit2_chain *chain = subunit2_chain_new(&printer);
	struct subunit2_error error = {};
	if (!chain || subunit2_chain_push(chain,
	                                  subunit2_stamp_new(subunit2_chain_first(chain),
	                                                     subunit2_time_now, nullptr),
	                                  &error) != SUBUNIT2_E_OK)
		return 2;
	enum subunit2_result result =
		subunit2_sink_event(subunit2_chain_first(chain), &event, &error);
	subunit2_chain_free(chain);
	return result == SUBUNIT2_E_OK && printer.events == 1 && !bytes &&
	                       subunit2_version() == SUBUNIT2_VERSION_NUMBER
	               ? 0
	               : 1;
}
