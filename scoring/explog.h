#ifndef CREDENCE_EXPLOG_H
#define CREDENCE_EXPLOG_H
#include <math.h>
#define fixed_exp exp
#define fixed_log log
#endif
