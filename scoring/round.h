#ifndef CREDENCE_ROUND_H
#define CREDENCE_ROUND_H
static const double power_of_ten[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
static inline double
round_decimals(double x, int decimals)
{
	double t = x * power_of_ten[decimals];
	double r;
	if (t > 0x1p51 || t < -0x1p51) return x;
	r = (t + 0x1.8p52) - 0x1.8p52;
	return r / power_of_ten[decimals] + 0.0;
}
#endif
