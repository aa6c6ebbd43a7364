/*
 * functions/decimal.h
 *
 * A little exact decimal arithmetic with PostgreSQL's numeric.
 */
#ifndef CREDENCE_DECIMAL_H
#define CREDENCE_DECIMAL_H

#include "functions/compat.h"

extern Datum decimal_of_double(double number, int decimals);
extern Datum decimal_add(Datum one, Datum other);
extern Datum decimal_subtract(Datum one, Datum other);
extern bool decimal_is_zero(Datum decimal);

#endif							/* CREDENCE_DECIMAL_H */
