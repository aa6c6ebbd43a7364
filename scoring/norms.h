#ifndef CREDENCE_NORMS_H
#define CREDENCE_NORMS_H
typedef struct Norms Norms;
#endif
