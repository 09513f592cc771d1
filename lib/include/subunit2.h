/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * libsubunit2: reads and writes subunit streams, version 2. This header includes all others.
 *
 * version.h  the version of the library
 * view.h     strings and bytes: a pointer and a length
 * error.h    results and errors
 * utf8.h     checking, cutting and escaping text
 * tags.h     lists and sets of tags
 * event.h    the event: one report about a test
 * packet.h   encoding and decoding one packet
 * reader.h   finding packets, text and damage in a stream
 * text.h     text as file events
 * damage.h   damage as events
 * stream.h   reader, text and damage together: bytes to events
 * input.h    the events of a file, one by one
 * sink.h     taking events: tee, tag, stamp, add_route, fail-fast, route
 * chain.h    an owner for a sequence of sinks
 * classic.h  results as calls: start, an outcome, stop; in both directions
 * collect.h  the events of one test at a time
 * summary.h  counts and the verdict
 * output.h   writing packets to a shared descriptor
 * queue.h    passing events from several threads to one
 *
 * Functions that create an object (_new) return NULL if they fail. Each type of object has one
 * function that frees it (_free), which accepts NULL. Objects share no state, and the library has
 * none of its own: different objects may be used by different threads at the same time. An object
 * may be used by one thread at a time, except for a queue.
 */
#ifndef SUBUNIT2_H
#define SUBUNIT2_H

#include "subunit2/chain.h"
#include "subunit2/classic.h"
#include "subunit2/collect.h"
#include "subunit2/damage.h"
#include "subunit2/error.h"
#include "subunit2/event.h"
#include "subunit2/input.h"
#include "subunit2/output.h"
#include "subunit2/packet.h"
#include "subunit2/queue.h"
#include "subunit2/reader.h"
#include "subunit2/sink.h"
#include "subunit2/stream.h"
#include "subunit2/summary.h"
#include "subunit2/tags.h"
#include "subunit2/text.h"
#include "subunit2/utf8.h"
#include "subunit2/version.h"
#include "subunit2/view.h"

#endif
