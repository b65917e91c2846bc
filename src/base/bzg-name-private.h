/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* How much of a strict key is left without -ҷон, -хон, -бек and their like; @len if it has none. */
gsize _bzg_name_without_courtesy (const char *strict, gsize len);
