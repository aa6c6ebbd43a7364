/*
 * scoring/explog.h
 *
 * Our own exponential and natural logarithm. Those of the C library differ in
 * the last bit from machine to machine; these do not.
 */
#ifndef CREDENCE_EXPLOG_H
#define CREDENCE_EXPLOG_H

/* e^x, within 1 unit in the last place; an infinity above 709.78, 0 below -745.13. */
extern double fixed_exp(double x);

/* ln x, within 1 unit in the last place; -infinity for 0, NaN below. */
extern double fixed_log(double x);

#endif							/* CREDENCE_EXPLOG_H */
