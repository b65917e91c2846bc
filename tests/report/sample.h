/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "report/bzg-render.h"

/* An invented document with every kind of block; the figures mean nothing. */
BzgDocument *sample_document (BzgLanguage lang);
/* Its bytes as file in the build folder, for tools and for looking at. (transfer full) path. */
char *sample_write (GBytes *bytes, const char *name);
/* Runs @argv and returns what it prints; NULL (and the test is skipped) if it is not installed. */
char *sample_run (const char *const *argv);
