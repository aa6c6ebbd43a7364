# Credence: one PGXS makefile for every extension of the suite.
#
# check, demo, bench, fuzz, coverage, dist and help need nothing installed but make
# and git: the first five set up what they need themselves. The rest is PGXS.

EXTENSION = control/credence control/credence_registry control/credence_disclosure
version_of = $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" control/$(1).control)
EXTVERSION := $(call version_of,credence)
REGISTRY_VERSION := $(call version_of,credence_registry)
DISCLOSURE_VERSION := $(call version_of,credence_disclosure)
BUILT_SCRIPTS = credence--$(EXTVERSION).sql credence_registry--$(REGISTRY_VERSION).sql credence_disclosure--$(DISCLOSURE_VERSION).sql

MODULE_big = credence
OBJS = $(patsubst %.c,%.o,$(sort $(wildcard scoring/*.c protection/*.c functions/*.c)))
DATA_built = $(BUILT_SCRIPTS:%=build/%)
EXTRA_CLEAN = build results regression.diffs regression.out

REGRESS = $(patsubst sql/%.sql,%,$(sort $(wildcard sql/*.sql)))
REGRESS_OPTS = --load-extension=credence --load-extension=credence_registry --load-extension=credence_disclosure

# Reproducible to the bit: no contraction, no fast-math, no machine-specific code.
PG_CFLAGS = -std=gnu99 -ffp-contract=off -fvisibility=hidden -Wextra -Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers $(OPTFLAGS)
PG_CPPFLAGS = -I$(srcdir) -DCREDENCE_VERSION='"$(EXTVERSION)"'
SHLIB_LINK = -Wl,-Bsymbolic

PG_CONFIG ?= pg_config
SELF_SUFFICIENT = check demo bench fuzz coverage dist help
CLIENT = client install-client
.PHONY: $(SELF_SUFFICIENT) $(CLIENT)

ifneq ($(filter-out $(SELF_SUFFICIENT) $(CLIENT),$(or $(MAKECMDGOALS),all)),)

ifneq ($(filter $(SELF_SUFFICIENT),$(MAKECMDGOALS)),)
$(error "make $(firstword $(filter $(SELF_SUFFICIENT),$(MAKECMDGOALS)))" does all it needs by itself; ask for nothing else with it)
endif
PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
ifeq ($(wildcard $(PGXS)),)
$(error "$(PG_CONFIG)" leads to no PGXS, which building needs: install it (on Debian 12: apt-get install postgresql-server-dev-15) \
or name the pg_config of another server with PG_CONFIG=. "make check" and "make demo" install what they need themselves)
endif
# update scripts, and the scripts of the versions that they start from; here, as make demo has a DATA of its own
DATA = $(wildcard extension/*--*--*.sql) $(filter-out $(BUILT_SCRIPTS:%=extension/released/%),$(wildcard extension/released/*.sql))
include $(PGXS)

# PGXS tracks no headers; with so few files, any change of one rebuilds them all
$(OBJS) $(OBJS:.o=.bc): $(wildcard scoring/*.h protection/*.h functions/*.h)

build/credence--$(EXTVERSION).sql: $(sort $(wildcard extension/credence/*.sql))
build/credence_registry--$(REGISTRY_VERSION).sql: $(sort $(wildcard extension/registry/*.sql))
build/credence_disclosure--$(DISCLOSURE_VERSION).sql: $(sort $(wildcard extension/disclosure/*.sql))
$(BUILT_SCRIPTS:%=build/%):
	mkdir -p build
	cat $^ > $@

else

check:
	@test/run

demo:
	@demo/run

bench:
	@bench/run

fuzz:
	@test/fuzz/run

coverage:
	@test/coverage

dist:
	git archive --format=zip --prefix=credence-$(EXTVERSION)/ --output=credence-$(EXTVERSION).zip HEAD

help:
	@echo 'make               build (PG_CONFIG=path chooses the server)'
	@echo 'make install       install the extensions into that server'
	@echo 'make client        build the program credence in build/client (make install-client: into prefix, /usr/local)'
	@echo 'make installcheck  run the regression tests in a running server'
	@echo 'make check         set everything up, run every test, clean up (SUITE="name ..." for some of them)'
	@echo 'make demo          set everything up, score a population, take it through the registry, clean up (DATA=path for a real one)'
	@echo 'make bench         set everything up, print the table of speed ratios (ROWS=5000000, SUBJECTS=100000, CASES="name ...")'
	@echo 'make fuzz          fuzz every parser (TIME=600 seconds each, TARGETS="name ...")'
	@echo 'make coverage      print how much of each source file the tests run'
	@echo 'make dist          zip the committed tree for publication'
	@echo 'make clean         remove what make built'

endif

# The program needs packages that the extensions do not, so that nothing else builds it.
client:
	$(MAKE) -C client

install-client:
	$(MAKE) -C client install
