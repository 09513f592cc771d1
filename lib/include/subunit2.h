/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * libsubunit2: reads and writes subunit v2 streams.
 *
 * view.h     bytes that belong to somebody else
 * error.h    results and errors
 * utf8.h     valid strings, cuts, escapes
 * tags.h     tag lists and sets
 * event.h    the event: what one packet says
 * packet.h   event to bytes and back
 * reader.h   packets, text and damage out of a stream
 * text.h     text into file events
 * damage.h   what cannot be read into events
 * stream.h   reader and text together: bytes in, events out
 * sink.h     where events go: tee, tag, stamp, fail-fast, route
 * collect.h  one test at a time
 * summary.h  counts and the verdict
 * output.h   packets to a descriptor that others write to as well
 * queue.h    events to another thread
 * hash.h     a keyed hash, as what is above uses it
 *
 * Every object is for one thread at a time, but for the queue. Objects share nothing.
 */
#ifndef SUBUNIT2_H
#define SUBUNIT2_H

#include "subunit2/collect.h"
#include "subunit2/damage.h"
#include "subunit2/error.h"
#include "subunit2/event.h"
#include "subunit2/hash.h"
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
#include "subunit2/view.h"

#endif
