# kctl. `make demo` shows it, `make check` proves it; both work on a fresh machine. CONTRIBUTING.md tells the rest.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup guest host build demo check check-kvm fuzz torture clean

help:
	@echo 'make demo    install what is missing, build, and run a real image in a real microVM'
	@echo 'make check   the strict build and every test'
	@echo 'make check-kvm  the installed tree on a real KVM with systemd, in an emulated machine'
	@echo 'make torture kill engine, machines, daemons and clients at random: KILLS=500 SEED=...'
	@echo 'make fuzz    look for inputs that break a reader: SECONDS=60 for each of them'
	@echo 'make build   leave the complete installed tree in out/kctl'
	@echo 'make guest   guest kernel and agent, in out/guest'
	@echo 'make host    keeper and vsock daemon, in out/host'
	@echo 'make setup   install what is missing'
	@echo 'make clean   remove every build product of this checkout (caches outside stay)'

setup:
	@packaging/setup.sh

guest: setup
	@packaging/guest.sh

host: setup
	@packaging/host.sh

build: guest host
	@packaging/build.sh

demo: build
	@packaging/demo.sh

check: setup
	@packaging/check.sh

check-kvm: build
	@nested/machine.sh

torture: build
	@packaging/torture.sh "$(KILLS)" "$(CONTAINERS)" "$(SEED)"

fuzz: setup
	@packaging/fuzz.sh $(SECONDS)

clean:
	rm -rf out target */target */*/target
