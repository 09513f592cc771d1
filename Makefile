# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# subunit2: build, test, install. See README.md.
#
#   make                 build/subunit2 and build/libsubunit2.{a,so}
#   make demo            shows what it is good for; installs what that needs
#   make check           every test; installs what they need
#   make check CHECK_DEPS=0
#                        installs nothing; leaves out suites that need a missing program, root or
#                        an address
#   make check-valgrind  the unit programs without sanitizers, under valgrind
#   make deps            installs what is needed to build and to test
#   make lint            formatting, headers that compile alone, shell scripts, license lines, names,
#                        the English of comments
#   make bench           how fast it is
#   make bench-count     how many instructions an event takes, beside the recorded figures
#   make bench-compare   how fast it is, beside the build in the folder BEFORE
#   make fuzz            FUZZERS (all) for FUZZ_SECONDS (30) or NAME:SECONDS, JOBS at a time
#   make torture         each system call and each allocation fails once
#   make coverage        how many lines and branches of each folder the tests run
#   make mutate FILES=…  changes to these sources that no test notices
#   make builtin         subunit2 status without a process, for bash; needs bash's headers
#   make STATIC= …       the command with a dynamic libc, in build/dynamic: for LD_PRELOAD
#   make STATIC=0 …      the command with every library dynamic, in build/shared: for packages
#   make SAN=1 …         the same under AddressSanitizer and UBSan, in build/san
#   make WERROR=1 …      warnings are errors, as in CI
#   make dist            a tarball of the last commit, which builds without git, in build
#   make install         PREFIX (/usr/local), DESTDIR; make uninstall undoes it
#   make install-compat  the same, and the names of older tools in COMPATDIR

VERSION = 1.0.0
SOVERSION = 0

PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
SHAREDIR ?= $(PREFIX)/share
MANDIR ?= $(SHAREDIR)/man
DATADIR ?= $(SHAREDIR)/subunit2
LIBEXECDIR ?= $(PREFIX)/libexec
BASHLIBDIR ?= $(LIBDIR)/bash
BASHCOMPDIR ?= $(SHAREDIR)/bash-completion/completions
ZSHCOMPDIR ?= $(SHAREDIR)/zsh/site-functions
FISHCOMPDIR ?= $(SHAREDIR)/fish/vendor_completions.d
COMPATDIR ?= $(LIBEXECDIR)/subunit2/compat

CC ?= cc
CFLAGS ?= -O2 -g
PKG_CONFIG ?= pkg-config
OBJCOPY ?= objcopy
READELF ?= readelf

# $(call once,NAME,VALUE): NAME's value, asked for when it is first needed and kept.
once = $(eval $(1) := $(2))$($(1))

# All of subunit2 is linked statically where libc.a exists: only so does a status
# take no longer than /bin/true, which a dynamic linker alone takes.
# STATIC=0 links every library dynamically; an empty STATIC, only those without an archive.
STATIC ?= $(call once,STATIC,$(if $(SAN),,$(if $(wildcard $(shell $(CC) -print-file-name=libc.a)),1)))

B := build$(if $(SAN),/san,$(if $(filter file,$(origin STATIC)),,$(if $(STATIC),$(if $(filter 0,$(STATIC)),/shared),/dynamic)))

WARNINGS := -Wall -Wextra -Wstrict-prototypes -Wmissing-prototypes -Wshadow $(if $(WERROR),-Werror)
, := ,
SANITIZE := $(if $(SAN),-fsanitize=address$(,)undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)

# Packages that the library needs, and those that the command needs besides. With STATIC=0, the
# libraries of LAZY_PACKAGES are loaded when they are first needed: see src/lazy.
LIB_PACKAGES := libdeflate
LAZY_PACKAGES := jansson libpcre2-8 zlib expat yaml-0.1
SRC_PACKAGES := $(LIB_PACKAGES) popt $(LAZY_PACKAGES)

# Large files and times after 2038, also where long has 32 bits.
ALL_CPPFLAGS = -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 $(CPPFLAGS)
# Debug information names files from here, so that builds in two folders are identical.
PREFIX_MAP := -ffile-prefix-map=$(CURDIR)=.
ALL_CFLAGS = -std=c11 $(ALL_CPPFLAGS) $(WARNINGS) $(SANITIZE) $(PREFIX_MAP) $(CFLAGS)
ALL_LDFLAGS = -pthread $(SANITIZE) $(PREFIX_MAP) $(LDFLAGS)
DEPFLAGS = -MMD -MP
# Fit for the command and, at no cost to it, for a shared object.
HIDDEN_PIC := -fPIC -fvisibility=hidden

lib_includes := -Ilib/include -iquote lib
# Headers of lib that are not installed and that tap and src may include.
private_includes := -iquote lib/private
tap_includes := -iquote tap -Itap/include
src_includes := -Ilib/include -Itap/include $(private_includes)

# The folders of src that each folder may include, besides itself. An include from any other
# does not compile.
needs_util :=
needs_io := util
needs_proc := util io
needs_stream := util
needs_read := util io stream
needs_write := util io
needs_cli := util io proc stream read write
needs_run := $(needs_cli) cli
needs_mux := $(needs_run) run
needs_cmd := $(needs_mux) mux
needs_compat := $(needs_cmd) cmd
needs_bash := util io proc cli
needs_lazy := util
needs_main := util io cli cmd compat
src_folders := util io proc stream read write cli run mux cmd compat
# $(call iquote,FOLDER...), $(call folder_includes,FILE)
iquote = $(1:%=-iquote src/%)
folder_includes = $(call iquote,$(needs_$(or $(patsubst src/%/,%,$(filter-out src/,$(dir $(1)))),main)))

lib_sources := $(wildcard lib/*.c)
tap_sources := $(wildcard tap/*.c)
src_sources := $(wildcard src/*.c $(src_folders:%=src/%/*.c))
unit_sources := $(wildcard tests/unit/*/*.c)

lib_objects := $(lib_sources:%.c=$B/%.o)
lib_pic_objects := $(lib_sources:%.c=$B/%.pic.o)
tap_objects := $(tap_sources:%.c=$B/%.o)
src_objects := $(src_sources:%.c=$B/%.o)
unit_programs := $(unit_sources:%.c=$B/%)
lazy_sources := $(wildcard src/lazy/*.c)
lazy_objects := $(lazy_sources:%.c=$B/%.o)

# A library is linked statically where its .a exists, unless STATIC=0.
archive = $(if $(filter 0,$(STATIC)),,$(wildcard $(shell $(CC) -print-file-name=$(patsubst -l%,lib%.a,$(1)))))
link_libs = $(foreach l,$(shell $(PKG_CONFIG) --libs-only-l $(1)),$(or $(call archive,$(l)),$(l)))
package_cflags = $(shell $(PKG_CONFIG) --cflags $(1))

lib_cflags = $(call once,lib_cflags,$(call package_cflags,$(LIB_PACKAGES)))
src_cflags = $(call once,src_cflags,$(call package_cflags,$(SRC_PACKAGES)))
lib_libs = $(call once,lib_libs,$(call link_libs,$(LIB_PACKAGES)))
src_libs = $(call once,src_libs,$(call link_libs,$(SRC_PACKAGES)))
# Linked with the lazy objects, in place of src_libs.
lazy_libs = $(shell $(PKG_CONFIG) --libs-only-l $(filter-out $(LAZY_PACKAGES),$(SRC_PACKAGES))) -ldl

.PHONY: all
all: $B/subunit2 $B/libsubunit2.a $B/libsubunit2.so $B/bindings/libsubunit.so.0

# See src/util/checked_alloc.c.
checked_alloc := $(if $(SAN),,$(patsubst %,-Wl$(,)--wrap=%,malloc calloc realloc strdup strndup))

$B/subunit2: $B/src/main.o $(if $(filter 0,$(STATIC)),$(lazy_objects)) $B/libsrc.a $B/libtap.a $B/libsubunit2.a
	$(CC) $(ALL_LDFLAGS) $(checked_alloc) $(if $(filter-out 0,$(STATIC)),-static) -o $@ $^ \
		$(if $(filter 0,$(STATIC)),$(lazy_libs),$(src_libs))

# The same with a dynamic libc, for tools that come between the two.
$B/subunit2.dynamic: $B/src/main.o $B/libsrc.a $B/libtap.a $B/libsubunit2.a
	$(CC) $(ALL_LDFLAGS) $(checked_alloc) -o $@ $^ $(src_libs)

# The same with every library dynamic, as STATIC=0 links it.
$B/subunit2.shared: $B/src/main.o $(lazy_objects) $B/libsrc.a $B/libtap.a $B/libsubunit2.a
	$(CC) $(ALL_LDFLAGS) $(checked_alloc) -o $@ $^ $(lazy_libs)

$B/libsubunit2.a: $(lib_objects)
$B/libtap.a: $(tap_objects)
$B/libsrc.a: $(filter-out $B/src/main.o,$(src_objects))
$B/%.a:
	rm -f $@
	$(AR) rcsD $@ $^

$B/libsubunit2.so: $(lib_pic_objects) lib/libsubunit2.map
	$(CC) -shared $(ALL_LDFLAGS) -Wl,-soname,libsubunit2.so.$(SOVERSION) \
		-Wl,--version-script,lib/libsubunit2.map -o $@ $(lib_pic_objects) \
		$(shell $(PKG_CONFIG) --libs $(LIB_PACKAGES))

# libsubunit.so.0 as version 1's, but writing version 2: see bindings/libsubunit.
binding := bindings/libsubunit
$B/bindings/libsubunit.so.0: $B/$(binding)/child.o $(lib_pic_objects) $(binding)/libsubunit.map
	$(CC) -shared $(ALL_LDFLAGS) -Wl,-soname,libsubunit.so.0 \
		-Wl,--version-script,$(binding)/libsubunit.map -o $@ $(filter %.o,$^) \
		$(shell $(PKG_CONFIG) --libs $(LIB_PACKAGES))
$B/$(binding)/%.o: $(binding)/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(HIDDEN_PIC) $(DEPFLAGS) -Ilib/include -I$(binding)/include -c -o $@ $<

# Made anew for every install: PREFIX may be another one.
.PHONY: $B/installed/subunit2.pc $B/installed/libsubunit.pc
$B/installed/subunit2.pc: lib/subunit2.pc.in
	@mkdir -p $(@D)
	@sed -e 's,@PREFIX@,$(PREFIX),; s,@LIBDIR@,$(LIBDIR),; s,@INCLUDEDIR@,$(INCLUDEDIR),' \
		-e 's,@VERSION@,$(VERSION),' $< > $@
$B/installed/libsubunit.pc: $(binding)/libsubunit.pc.in
	@mkdir -p $(@D)
	@sed -e 's,@PREFIX@,$(PREFIX),; s,@LIBDIR@,$(LIBDIR),; s,@VERSION@,$(VERSION),' $< > $@

$B/lib/%.o: lib/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(DEPFLAGS) $(lib_includes) $(lib_cflags) -c -o $@ $<
$B/lib/%.pic.o: lib/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -fPIC $(NO_LTO) $(DEPFLAGS) $(lib_includes) $(lib_cflags) -c -o $@ $<
$B/tap/%.o: tap/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(HIDDEN_PIC) $(DEPFLAGS) $(tap_includes) -c -o $@ $<
# Of tap, only the files that make events of facts include headers of the library. Four others include
# byte_block.h or line_starts.h.
$(patsubst %,$B/tap/%.o,events names scopes sender tests verdict): \
	tap_includes += -Ilib/include $(private_includes)
$(patsubst %,$B/tap/%.o,description embedded line simple_result): tap_includes += $(private_includes)
$B/src/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(HIDDEN_PIC) -DSUBUNIT2_VERSION='"$(VERSION)"' $(DEPFLAGS) $(src_includes) \
		$(call folder_includes,$<) $(src_cflags) -c -o $@ $<

# VERSION is written there.
$B/src/main.o: Makefile

# $(call soname,PACKAGE): the name by which the dynamic linker finds a package's library.
soname = $(or $(shell $(READELF) -d "$$($(CC) -print-file-name=$(call shared_file,$(1)))" | \
	sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p'),$(error no SONAME in the library of $(1)))
shared_file = $(patsubst -l%,lib%.so,$(shell $(PKG_CONFIG) --libs-only-l $(1)))
$(lazy_objects): ALL_CPPFLAGS += -DSONAME_EXPAT='"$(call soname,expat)"' \
	-DSONAME_JANSSON='"$(call soname,jansson)"' -DSONAME_PCRE2='"$(call soname,libpcre2-8)"' \
	-DSONAME_YAML='"$(call soname,yaml-0.1)"' -DSONAME_ZLIB='"$(call soname,zlib)"'

# The page of the html format, as a C string: page.html with the style and the scripts in it.
html_page := src/write/html_page
html_scripts := $(patsubst %,$(html_page)/%.js,common table test timeline start)
$B/src/write/html.o: $B/src/write/html_page.inc
$B/src/write/html.o: src_includes += -iquote $B/src/write
$B/src/write/html_page.inc: $(html_page)/page.html $(html_page)/page.css $(html_scripts)
	@mkdir -p $(@D)
	{ echo 'static const char html_page[] ='; \
		sed -e '/^@STYLE@$$/{' -e 'r $(html_page)/page.css' -e d -e '}' \
			-e '/^@SCRIPT@$$/{' $(patsubst %,-e 'r %',$(html_scripts)) -e d -e '}' $< | \
		sed -e 's/[\\"?]/\\&/g' -e 's/^/"/' -e 's/$$/\\n"/'; echo ';'; } > $@

# The builtin: the command's own objects, and no names that could meet those of bash.
bash_sources := $(wildcard src/bash/*.c)
bash_objects := $(bash_sources:%.c=$B/%.o)

.PHONY: builtin
builtin: $B/subunit2.so
$B/subunit2.so: $(bash_objects) $B/libsrc.a $B/libtap.a $(lib_pic_objects) src/bash/builtin.map
	$(CC) -shared $(ALL_LDFLAGS) -Wl,--version-script,src/bash/builtin.map -Wl,--as-needed -o $@ \
		$(filter-out %.map,$^) $(shell $(PKG_CONFIG) --libs $(SRC_PACKAGES))
$B/src/bash/builtin.o: src/bash/builtin.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -fPIC -Wno-strict-prototypes $(DEPFLAGS) \
		$(patsubst -I%,-isystem %,$(call package_cflags,bash)) -c -o $@ $<

# Unit tests: one program a file, TAP on stdout, in a folder named like that of the sources it
# tests. They include the private headers of that folder and of those it may include.
unit_includes = -Ilib/include -Itap/include $(private_includes) -iquote tests/unit \
	$(call unit_folder,$(patsubst tests/unit/%/,%,$(dir $(1))))
unit_folder = $(if $(filter lib tap,$(1)),-iquote $(1),$(call iquote,$(1) $(needs_$(1))))

.SECONDARY: $(unit_programs:=.o)
$B/tests/unit/%.o: tests/unit/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(DEPFLAGS) $(call unit_includes,$<) -c -o $@ $<
$B/tests/unit/%: $B/tests/unit/%.o $B/libsrc.a $B/libtap.a $B/libsubunit2.a
	$(CC) $(ALL_LDFLAGS) -o $@ $< $B/libsrc.a $B/libtap.a $B/libsubunit2.a $(src_libs)
# Allocations of these fail on purpose; see tests/unit/no_memory.h.
$B/tests/unit/lib/no_memory $B/tests/unit/tap/no_memory: \
	ALL_LDFLAGS += $(patsubst %,-Wl$(,)--wrap=%,malloc calloc realloc aligned_alloc strdup free)

.PHONY: unit unit-programs
unit-programs: $(unit_programs)
unit: $(unit_programs)
	@tests/check $^

# Figures: ours beside the other tools', in one run. BENCH=WORD: only rows that hold it.
bench_sources := $(wildcard tests/bench/*.c)
bench_programs := $(bench_sources:%.c=$B/%)

$B/tests/bench/%: tests/bench/%.c $B/libsubunit2.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(DEPFLAGS) $(lib_includes) $(ALL_LDFLAGS) -o $@ $< $B/libsubunit2.a $(lib_libs)

$B/tests/bench/classic: tests/bench/classic.c $B/libsubunit2.a $B/bindings/libsubunit.so.0
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(DEPFLAGS) $(lib_includes) -I$(binding)/include $(ALL_LDFLAGS) -o $@ $< \
		$B/libsubunit2.a $(lib_libs) $B/bindings/libsubunit.so.0 -Wl,-rpath,$(abspath $B/bindings)

.PHONY: bench bench-programs
bench-programs: $(bench_programs)
bench: all builtin bench-programs $B/subunit2.shared
	@status=0; tests/bench/bench.py $B $(BENCH) || status=1; \
		tests/bench/worst.py $B $(BENCH) || status=1; \
		tests/bench/workers.py $B $(BENCH) || status=1; exit $$status

# Prints the rows of bench for this build beside those for the build in the folder BEFORE.
.PHONY: bench-compare
bench-compare: all builtin bench-programs
	@tests/bench/compare.py '$(BEFORE)' $B $(BENCH)

# Instructions for an event, under callgrind. COUNT=WORD: only rows that hold it;
# RECORD=1 writes the figures to tests/bench/counts.
.PHONY: bench-count
bench-count: $B/subunit2 $B/tests/bench/generate $B/tests/bench/classic
	@CC='$(CC)' CFLAGS='$(CFLAGS)' SRC_PACKAGES='$(SRC_PACKAGES)' \
		tests/bench/count.py $(if $(RECORD),--record) $B $(COUNT)

# The rest builds and runs everything from a bare clone: to begin with it needs
# only make and a shell.
JOBS ?= $(shell nproc)

.PHONY: deps check check-valgrind demo
deps:
	@tools/deps.sh build test

# Two suites more than there are processors: many wait for something.
# CHECK_DEPS=0 uses only installed programs.
CHECK_DEPS ?= 1
if_installed = $(if $(filter 0,$(CHECK_DEPS)),$(if $(shell $(1) >/dev/null 2>&1 && echo 1),$(2)),$(2))
check_builtin = $(call if_installed,$(PKG_CONFIG) --exists bash,builtin)
builtin_suites := tests/builtin.bats tests/status-builtin.bats
check_suites = $(filter-out $(if $(check_builtin),,$(builtin_suites)),$(wildcard tests/*.bats)) \
	$(unit_sources:%.c=build/san/%)
check: $(if $(filter 0,$(CHECK_DEPS)),,deps)
	@$(MAKE) -s -j$(JOBS) WERROR=1 all $(check_builtin)
	@$(MAKE) -s -j$(JOBS) WERROR=1 SAN=1 CFLAGS='-O1 -g1' unit-programs
	@CHECK_DEPS=$(CHECK_DEPS) tests/check -j $$(($(JOBS) + 2)) $(check_suites)

check-valgrind: $(if $(filter 0,$(CHECK_DEPS)),,deps)
	@$(MAKE) -s -j$(JOBS) WERROR=1 unit-programs
	@tests/check -j $$(($(JOBS) + 2)) $(unit_sources:%.c=valgrind:build/%)

demo:
	@tools/deps.sh build
	@$(MAKE) -s -j$(JOBS) all
	@PATH=$(CURDIR)/build:$$PATH demo/run.sh

# Fuzzers: one libFuzzer target a file, started from tests/fixtures. The reader and TAP, which
# every byte goes through, have longer; what only we write and read again, less.
fuzz_sources := $(wildcard tests/fuzz/*.c)
fuzz_programs := $(fuzz_sources:%.c=$B/%)
FUZZ_SECONDS ?= 30
FUZZ_LONGER := reader:60 tap:60
FUZZ_SHORTER := packet:10 outputs:10
FUZZERS ?= $(FUZZ_LONGER) \
	$(filter-out $(FUZZ_LONGER:%:60=%) $(FUZZ_SHORTER:%:10=%),$(notdir $(fuzz_sources:.c=))) \
	$(FUZZ_SHORTER)

$B/tests/fuzz/%: tests/fuzz/%.c $B/libsrc.a $B/libtap.a $B/libsubunit2.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer $(DEPFLAGS) $(lib_includes) $(private_includes) -Itap/include -iquote tap $(call iquote,$(src_folders)) $(ALL_LDFLAGS) -o $@ $< \
		$B/libsrc.a $B/libtap.a $B/libsubunit2.a $(src_libs)

.PHONY: fuzz fuzz-programs
fuzz-programs: $(fuzz_programs)
fuzz:
	@$(MAKE) -s -j$(JOBS) CC=clang SAN=1 B=build/fuzz CFLAGS='-O1 -g -fsanitize=fuzzer-no-link' fuzz-programs
	@tests/fuzz/run.sh -j $(JOBS) $(FUZZ_SECONDS) $(FUZZERS:%=build/fuzz/tests/fuzz/%)

# Each system call and each allocation of the commands fails once. TORTURE=WORD: only the
# scenarios that hold it.
$B/tests/torture/fail_alloc.so: tests/torture/fail_alloc.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -fPIC -shared $(ALL_LDFLAGS) -o $@ $<

.PHONY: torture torture-programs
torture-programs: $B/subunit2 $B/subunit2.dynamic $B/tests/torture/fail_alloc.so
torture: torture-programs
	@tests/torture/torture.py $B calls --only '$(TORTURE)'
	@tests/torture/torture.py $B allocations --only '$(TORTURE)'

# Coverage of the tests, by folder: a build with counters, the suites (or COVERAGE_SUITES), and a table.
# COVERAGE_FOLDER: the files of that folder. No function is inlined, so that its branches count once.
# Suites in which any system call fails are left out: those that write the counters would fail, too.
C := build/coverage
COVERAGE_SUITES ?= $(unit_sources:%.c=$C/%) \
	$(filter-out $(builtin_suites) tests/faults.bats tests/torture.bats,$(wildcard tests/*.bats))

.PHONY: coverage coverage-build coverage-table
coverage-build:
	@mkdir -p $C
	@$(CC) -O0 -c -o $C/exit.o tests/coverage/exit.c
	@CCACHE_DISABLE=1 $(MAKE) -s -j$(JOBS) B=$C CFLAGS='-O0 -g --coverage -Dalways_inline=unused' \
		LDFLAGS='--coverage -Wl,--wrap=_exit $(CURDIR)/$C/exit.o' all unit-programs $C/subunit2.shared
coverage: coverage-build
	@find $C -name '*.gcda' -delete
	@BUILD=$(CURDIR)/$C tests/check -j $(JOBS) $(COVERAGE_SUITES) || echo 'coverage: with failed tests'
	@$(MAKE) -s coverage-table
coverage-table:
	@tests/coverage/table.py $C $(COVERAGE_FOLDER)

# Changes to FILES that no test notices. MUTANTS: of each file, so many drawn at random (0: all).
.PHONY: mutate
MUTANTS ?= 0
mutate:
	@tools/mutate.sh -j $(JOBS) -n $(MUTANTS) $(FILES)

# Headers compile alone; sources are formatted; scripts are clean.
headers := $(shell find lib tap src tests bindings -name '*.h')

.PHONY: lint lint-headers lint-format lint-shell lint-license lint-names lint-prose
lint: lint-headers lint-format lint-shell lint-license lint-names lint-prose
lint-headers: $(headers:%=lint-header/%)
# The include paths that the file $(1) is compiled with.
includes_of = $(if $(filter src/%,$(1)),$(src_includes),$(lib_includes) $(private_includes)) -Itap/include \
	$(if $(filter src/%,$(1)),$(call folder_includes,$(1)),$(if $(filter tests/%,$(1)),$(call iquote,$(src_folders))))
.PHONY: print-includes
print-includes:
	@echo $(call includes_of,$(FILE))
lint-header/%: %
	@$(CC) $(ALL_CFLAGS) -Werror -Wno-unused $(call includes_of,$<) $(src_cflags) \
		-fsyntax-only -include $< -x c /dev/null
lint-license:
	@tools/spdx.sh --check
lint-names:
	@tools/shared_names.sh
lint-prose:
	@tools/prose.sh
lint-format:
	@clang-format --dry-run -Werror $(headers) $(wildcard $(binding)/*.c) $(lib_sources) $(tap_sources) $(src_sources) $(bash_sources) $(lazy_sources) $(unit_sources) $(fuzz_sources) $(bench_sources)
lint-shell:
	@shellcheck -x .ci/run .ci/full tools/*.sh demo/*.sh demo/*.t tests/check tests/*/*.sh tests/*.bash tests/*.bats tests/full/*.bats $(filter-out %/control,$(wildcard debian/tests/*)) shell/completions/*.bash

# The library as others link it: fit for their shared objects, and of its names only subunit2_*
# are visible. objcopy cannot hide the names of -flto, so that these objects are made without.
$(lib_pic_objects): NO_LTO := -fno-lto
$B/installed/libsubunit2.a: $(lib_pic_objects)
	@mkdir -p $(@D)
	rm -f $@
	$(CC) -r -nostdlib -fno-lto -o $(@:.a=.o) $^
	$(OBJCOPY) --wildcard --keep-global-symbol='subunit2_*' $(@:.a=.o)
	$(AR) rcsD $@ $(@:.a=.o)

# The installed files: MODE:FILE:PLACE, and LINK:TARGET.
shared_library := libsubunit2.so.$(SOVERSION).$(VERSION)
# A folder of its own: the names are those of version 1's library.
bindinglibdir = $(LIBDIR)/subunit2
place = $(foreach f,$(2),644:$f:$(1)/$(notdir $f))
installed_files = \
	755:$B/subunit2:$(BINDIR)/subunit2 \
	644:$B/installed/libsubunit2.a:$(LIBDIR)/libsubunit2.a \
	644:$B/libsubunit2.so:$(LIBDIR)/$(shared_library) \
	644:$B/installed/subunit2.pc:$(LIBDIR)/pkgconfig/subunit2.pc \
	644:$B/bindings/libsubunit.so.0:$(bindinglibdir)/libsubunit.so.0 \
	644:$B/installed/libsubunit.pc:$(bindinglibdir)/pkgconfig/libsubunit.pc \
	644:$(binding)/include/subunit/child.h:$(bindinglibdir)/include/subunit/child.h \
	$(call place,$(INCLUDEDIR),lib/include/subunit2.h) \
	$(call place,$(INCLUDEDIR)/subunit2,$(wildcard lib/include/subunit2/*.h)) \
	$(foreach s,1 3 5 7,$(call place,$(MANDIR)/man$s,$(wildcard man/*.$s))) \
	$(call place,$(DATADIR),$(wildcard shell/*.sh)) \
	$(foreach f,$(wildcard shell/bats-format-*),755:$f:$(DATADIR)/$(notdir $f)) \
	644:shell/completions/subunit2.bash:$(BASHCOMPDIR)/subunit2 \
	644:shell/completions/_subunit2:$(ZSHCOMPDIR)/_subunit2 \
	644:shell/completions/subunit2.fish:$(FISHCOMPDIR)/subunit2.fish
installed_if_built = \
	644:$B/subunit2.so:$(BASHLIBDIR)/subunit2
installed_links = \
	$(LIBDIR)/libsubunit2.so.$(SOVERSION):$(shared_library) \
	$(LIBDIR)/libsubunit2.so:libsubunit2.so.$(SOVERSION) \
	$(bindinglibdir)/libsubunit.so:libsubunit.so.0
field = $(word $(1),$(subst :, ,$(2)))
built = $(foreach f,$(1),$(if $(wildcard $(call field,2,$f)),$f))

# The names of older tools, for install-compat: see src/compat/programs.c.
compat_names = $(shell sed -n 's/^\t{"\([a-z0-9-]*\)".*/\1/p' src/compat/programs.c)
compat_links = $(foreach n,$(compat_names),"$(DESTDIR)$(COMPATDIR)/$n")

# The folders that only this program uses, each after those in it.
own_folders = $(bindinglibdir)/pkgconfig $(bindinglibdir)/include/subunit $(bindinglibdir)/include \
	$(bindinglibdir) $(INCLUDEDIR)/subunit2 $(DATADIR) $(LIBEXECDIR)/subunit2/compat $(LIBEXECDIR)/subunit2

.PHONY: install install-compat uninstall
install: all $B/installed/libsubunit2.a $B/installed/subunit2.pc $B/installed/libsubunit.pc
	@set -e; install_file() { install -d "$${3%/*}"; install -m "$$1" "$$2" "$$3"; echo "$$3"; }; \
	$(foreach f,$(installed_files) $(call built,$(installed_if_built)),install_file $(call field,1,$f) $(call field,2,$f) "$(DESTDIR)$(call field,3,$f)";) \
	$(foreach l,$(installed_links),ln -sf $(call field,2,$l) "$(DESTDIR)$(call field,1,$l)";)
install-compat: install
	@install -d "$(DESTDIR)$(COMPATDIR)"
	@for link in $(compat_links); do \
		ln -sfr "$(DESTDIR)$(BINDIR)/subunit2" "$$link"; echo "$$link"; \
	done
uninstall:
	@for link in $(compat_links); do [ ! -L "$$link" ] || rm -f "$$link"; done
	@rm -f $(foreach f,$(installed_files) $(installed_if_built),"$(DESTDIR)$(call field,3,$f)") \
		$(foreach l,$(installed_links),"$(DESTDIR)$(call field,1,$l)")
	@for folder in $(foreach f,$(own_folders),"$(DESTDIR)$f"); do \
		[ ! -d "$$folder" ] || rmdir "$$folder" 2>/dev/null || :; \
	done

# The tarball of a release. It is the same wherever it is made.
dist_name := subunit2-$(VERSION)
.PHONY: dist
dist:
	@mkdir -p build
	git archive --prefix=$(dist_name)/ HEAD | xz -9e > build/$(dist_name).tar.xz

.PHONY: clean
clean:
	rm -rf build

-include $(shell find $(addprefix $B/,src lib tap bindings tests) -name '*.d' 2>/dev/null)
