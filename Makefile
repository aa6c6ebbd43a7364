# Credence: one PGXS makefile for every extension of the suite.
#
# check, demo, bench, fuzz, coverage, dist and help need nothing installed but make
# and git: the first five set up what they need themselves. The rest is PGXS.

EXTENSION = control/credence
EXTVERSION := $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" control/credence.control)

MODULE_big = credence
OBJS = $(patsubst %.c,%.o,$(sort $(wildcard scoring/*.c functions/*.c)))
DATA_built = build/credence--$(EXTVERSION).sql
EXTRA_CLEAN = build results regression.diffs regression.out

REGRESS = $(patsubst sql/%.sql,%,$(sort $(wildcard sql/*.sql)))
REGRESS_OPTS = --load-extension=credence

# Reproducible to the bit: no contraction, no fast-math, no machine-specific code.
PG_CFLAGS = -std=gnu99 -ffp-contract=off -fvisibility=hidden -Wextra -Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers $(OPTFLAGS)
PG_CPPFLAGS = -I$(srcdir) -DCREDENCE_VERSION='"$(EXTVERSION)"'
SHLIB_LINK = -Wl,-Bsymbolic

PG_CONFIG ?= pg_config
SELF_SUFFICIENT = check demo bench fuzz coverage dist help
.PHONY: $(SELF_SUFFICIENT)

ifneq ($(filter-out $(SELF_SUFFICIENT),$(or $(MAKECMDGOALS),all)),)

ifneq ($(filter $(SELF_SUFFICIENT),$(MAKECMDGOALS)),)
$(error "make $(firstword $(filter $(SELF_SUFFICIENT),$(MAKECMDGOALS)))" does all it needs by itself; ask for nothing else with it)
endif
PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
ifeq ($(wildcard $(PGXS)),)
$(error "$(PG_CONFIG)" leads to no PGXS, which building needs: install it (on Debian 12: apt-get install postgresql-server-dev-15) \
or name the pg_config of another server with PG_CONFIG=. "make check" and "make demo" install what they need themselves)
endif
# update scripts, and the scripts of the versions that they start from; here, as make demo has a DATA of its own
DATA = $(wildcard extension/*--*--*.sql) $(filter-out %--$(EXTVERSION).sql,$(wildcard extension/released/*.sql))
include $(PGXS)

# PGXS tracks no headers; with so few files, any change of one rebuilds them all
$(OBJS) $(OBJS:.o=.bc): $(wildcard scoring/*.h functions/*.h)

build/credence--$(EXTVERSION).sql: $(sort $(wildcard extension/credence/*.sql))
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
	@echo 'make install       install the extension into that server'
	@echo 'make installcheck  run the regression tests in a running server'
	@echo 'make check         set everything up, run every test, clean up (SUITE="name ..." for some of them)'
	@echo 'make demo          set everything up, score a population, clean up (DATA=path for a real one)'
	@echo 'make bench         set everything up, print the table of speed ratios (ROWS=5000000, CASES="name ...")'
	@echo 'make fuzz          fuzz every parser (TIME=600 seconds each, TARGETS="name ...")'
	@echo 'make coverage      print how much of each source file the tests run'
	@echo 'make dist          zip the committed tree for publication'
	@echo 'make clean         remove what make built'

endif
