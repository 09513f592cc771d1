#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# subunit2 run --worker in real containers: podman, with an image made from programs of this machine,
# and without a network. Needs root.
# Needs: root podman runc busybox

export BUILD=${BUILD:-$BATS_TEST_DIRNAME/../../build}

setup() {
	load ../common
	load ../runs
	cd "$BATS_TEST_TMPDIR"
	make_docker
	make_image box
}

teardown() {
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
	docker rm -fa >/dev/null
	docker rmi -fa >/dev/null
}

# A docker that is podman, with storage here, and with what it needs in a container of its own.
make_docker() {
	mkdir bin
	cat >bin/docker <<-END
		#!/bin/sh
		command=\$1
		shift
		case \$command in
		run) set -- --network none --cgroupns host --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 "\$@" ;;
		rm) set -- -t 0 "\$@" ;;
		esac
		exec podman --root '$PWD/storage' --runroot '$PWD/state' --storage-driver vfs \\
			--cgroup-manager cgroupfs --events-backend none --runtime runc "\$command" "\$@"
	END
	chmod +x bin/docker
	PATH=$PWD/bin:$PATH
}

# An image with a shell and subunit2. Its busybox may be linked dynamically.
make_image() { # NAME
	local library
	mkdir -p root/bin root/tmp
	cp "$(command -v busybox)" "$BUILD/subunit2" root/bin
	for library in sh sleep echo; do ln -s busybox "root/bin/$library"; done
	for library in $(ldd root/bin/busybox root/bin/subunit2 | grep -o '/[^ ):]*\.so[^ ):]*'); do
		mkdir -p "root${library%/*}"
		cp -L "$library" "root$library"
	done
	tar -C root -c . | docker import --change 'ENV PATH=/bin' - "$1" >/dev/null
}

recipe() { # NAME
	sed -n "/^\\.\\\\\" recipe $1\$/,/^\\.Ed/p" "$BATS_TEST_DIRNAME/../../man/subunit2-workers.7" |
		grep -v '^\.' | sed 's/\\e/\\/g'
}

@test "recipe: a CI matrix, in four containers" {
	local i
	for i in 1 2 3 4 5 6 7 8; do
		script "t/$i.sh" <<-END
			: >'ran-$i'
			until [ -e ran-1 ] && [ -e ran-2 ] && [ -e ran-3 ] && [ -e ran-4 ]; do sleep 0.1; done
			[ -e /bin/busybox ] && [ ! -e /usr ]
		END
	done
	IMAGE=box timeout 120 bash -e -c "$(recipe matrix)" >report 2>err || { cat report err; false; }
	whole box.subunit
	[ "$(finals box.subunit | grep -c success)" -eq 8 ]
	subunit2 convert --to=json box.subunit | grep -o '"route_code":"[^/"]*' | sort -u >routes
	[ "$(wc -l <routes)" -eq 4 ]
	[ "$(docker ps -aq | wc -l)" -eq 0 ]
}

@test "a container that is removed loses no test" {
	local name
	script t/1.sh <<<': >begun; [ -e removed ] || sleep 1000'
	script t/2.sh <<<'exit 0'
	for name in one two; do
		docker run -d --name "$name" -v "$PWD:$PWD" -w "$PWD" box sleep 1000
	done
	timeout 120 subunit2 run --retries=1 --worker-restarts=0 --instances=one,two -o subunit:out \
		--worker='docker exec -i {instance} subunit2 run --stdin=subunit' t >report 2>err 3>&- &
	LIMIT=60 until_true [ -e begun ]
	: >removed
	docker rm -f one
	wait $! || { cat report err; false; }
	whole
	[ "$(ended t/1.sh)" = 'success "flaky"' ]
	[ "$(ended t/2.sh)" = success ]
}
