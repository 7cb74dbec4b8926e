/*
 * A screen of its own in the terminal behind the standard output, which is drawn over again and
 * again; what stood there before comes back at its end, and while the process is suspended.
 */
#ifndef DESCENT_CLI_LIVE_SCREEN_H
#define DESCENT_CLI_LIVE_SCREEN_H

#include "cli/base/cli.h"

#include <stddef.h>

/* Takes the screen. From here on the signals that would end or suspend the process are noted. */
void live_screen_begin(void);

/* Writes a line, and the lines of a text below it, over those before; what is beyond the edges is
 * cut. */
void live_screen_show(const char *line, const char *text, size_t size);

/* Waits for so long, or until the window's size changes. False once the process is asked to end. */
bool live_screen_wait(double seconds);

/* Gives the screen back. DONE, or what the process was asked to end with. */
enum exit_status live_screen_end(void);

#endif
