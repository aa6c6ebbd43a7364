/*
 * functions/compat.h
 *
 * Differences between PostgreSQL 15 and 18, all of them here.
 */
#ifndef CREDENCE_COMPAT_H
#define CREDENCE_COMPAT_H

#include "postgres.h"
#include "fmgr.h"

#if PG_VERSION_NUM < 150000
#error "Credence needs PostgreSQL 15 or later"
#endif

#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#include "varatt.h"
#else
/* soft errors came with 16; before, they are ordinary errors */
#define errsave(context, ...)	ereport(ERROR, __VA_ARGS__)
#define ereturn(context, value, ...) \
	do { \
		ereport(ERROR, __VA_ARGS__); \
		return value; \
	} while (0)
#endif

/*
 * Before 16, PG_FUNCTION_INFO_V1 does not export by itself, which the build's
 * -fvisibility=hidden then needs.
 */
#if PG_VERSION_NUM < 160000
#define CREDENCE_FUNCTION(name) \
	extern __attribute__((visibility("default"))) const Pg_finfo_record *pg_finfo_##name(void); \
	extern __attribute__((visibility("default"))) Datum name(PG_FUNCTION_ARGS); \
	PG_FUNCTION_INFO_V1(name)
#else
#define CREDENCE_FUNCTION(name) PG_FUNCTION_INFO_V1(name)
#endif

#endif							/* CREDENCE_COMPAT_H */
