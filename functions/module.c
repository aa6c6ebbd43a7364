/*
 * functions/module.c
 *
 * What makes the shared library a module of the server.
 */
#include "functions/compat.h"

#if PG_VERSION_NUM >= 180000
PG_MODULE_MAGIC_EXT(.name = "credence",.version = CREDENCE_VERSION);
#elif PG_VERSION_NUM >= 160000
PG_MODULE_MAGIC;
#else
extern __attribute__((visibility("default"))) const Pg_magic_struct *PG_MAGIC_FUNCTION_NAME(void);
PG_MODULE_MAGIC;
#endif
