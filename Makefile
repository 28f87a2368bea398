# SPDX-License-Identifier: GPL-2.0-only
#
# People's door. `make help` lists what is behind it; Kbuild is kbuild's door.

KDIR   ?= /lib/modules/$(shell uname -r)/build
MODDIR ?= updates/orion

.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo '  KDIR=...       kernel build folder for modules and install (default: the running kernel)'

# Said in one line here, because kbuild would say it in twenty.
.PHONY: check-kdir
check-kdir:
	@test -f '$(KDIR)/Makefile' || { \
		echo "orion: KDIR=$(KDIR) is not a kernel build folder; install linux-headers for your kernel or set KDIR=" >&2; \
		exit 2; }
	@test -f '$(KDIR)/include/config/auto.conf' || { \
		echo "orion: KDIR=$(KDIR) holds a kernel that is not configured for building modules" >&2; \
		exit 2; }

.PHONY: modules
modules: check-kdir ## Build the three modules for the running kernel, or for KDIR=
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

.PHONY: demo
demo: ## Show four displays and a multi-queue network in a guest (ARGS=: see tools/lab/lab demo --help)
	tools/lab/lab demo $(ARGS)

.PHONY: run
run: ## Boot a guest with our modules to play with (ARGS=: see tools/lab/lab run --help)
	tools/lab/lab run $(ARGS)

# Distributions keep their key to themselves; without one, signing only makes noise.
NO_KEY := $(if $(wildcard $(KDIR)/certs/signing_key.pem),,CONFIG_MODULE_SIG_ALL=)

# Said out loud, because modules_install skips it where the headers lack System.map.
DEPMOD = release=$$($(MAKE) --no-print-directory -s -C $(KDIR) kernelrelease) && \
	depmod $(if $(INSTALL_MOD_PATH),-b $(INSTALL_MOD_PATH)) "$$release"

.PHONY: install
install: modules ## Install the modules below /lib/modules/VERSION/updates/orion
	$(MAKE) -C $(KDIR) M=$(CURDIR) INSTALL_MOD_DIR=$(MODDIR) $(NO_KEY) modules_install
	$(DEPMOD)

.PHONY: uninstall
uninstall: check-kdir ## Remove what install put there
	release=$$($(MAKE) --no-print-directory -s -C $(KDIR) kernelrelease) && \
	rm -rf "$(INSTALL_MOD_PATH)/lib/modules/$$release/$(MODDIR)"
	$(DEPMOD)

.PHONY: clean
clean: check-kdir ## Remove what modules built
	$(MAKE) -C $(KDIR) M=$(CURDIR) clean

.PHONY: check-kunit
check-kunit: ## Build and run the KUnit suites in a kernel with KASAN and lockdep
	tools/kunit/kunit

.PHONY: check-vm
check-vm: ## Test both drivers in guests on every kernel (VM_KERNELS=6.12 for one)
	VM_KERNELS='$(VM_KERNELS)' tools/check/check vm

.PHONY: check-igt
check-igt: ## Have IGT's programs in the folder IGT= judge the in-tree driver and ours, and compare
	tools/igt/igt $(IGT) $(ARGS)

.PHONY: check-selftests
check-selftests: ## Have the kernel's own tests of network drivers judge the in-tree driver and ours, and compare
	tools/selftests/selftests $(ARGS)

.PHONY: check
check: ## Prove it: style, KUnit and guests on every kernel; sets up what it needs
	tools/check/check

.PHONY: bench
bench: ## Compare our drivers' speed with that of the kernel's own (ARGS=: see tools/bench/bench --help)
	tools/bench/bench $(ARGS)

.PHONY: check-style
check-style: ## Check what a machine can check of style, documentation and builds
	tools/style/check-style
