/*
 * client/verify_documents.h
 *
 * The documents that a bulletin was computed with, its scheme and its norms:
 * whether they are those that the heading has the hashes of, and reading them.
 */
#ifndef CREDENCE_VERIFY_DOCUMENTS_H
#define CREDENCE_VERIFY_DOCUMENTS_H

#include "client/verify_heading.h"
#include "client/verify_scheme.h"

/* Reads the scheme; returns why it cannot be computed with, or NULL. */
extern const char *scheme_verify(Scheme *scheme, const Heading *heading, Manifest *manifest, Sum *sum, Report *report);

/* Reads the norms into the scheme, where there is one. */
extern void norms_verify(Scheme *scheme, const Heading *heading, Manifest *manifest, Sum *sum, Report *report);

#endif							/* CREDENCE_VERIFY_DOCUMENTS_H */
