/*
 * Text for man(7) macros: what would be read as a request or an escape is escaped, and characters
 * beyond ASCII are named, so that pages need no encoding.
 */
#ifndef DESCENT_CLI_ROFF_H
#define DESCENT_CLI_ROFF_H

enum roff_font { ROFF_ROMAN, ROFF_BOLD, ROFF_ITALIC };

/* Within a line. */
void roff_add(enum roff_font font, const char *text);

/* A section; its title is a plain word or several. */
void roff_section(const char *title);

/* A part of a section. */
void roff_part(const char *title);

/* Paragraphs, with "\n\n" between them: the first of a section or an entry, or more behind those.
 */
void roff_paragraphs(const char *text);
void roff_more_paragraphs(const char *text);

/* Begins an entry of a list; its name is added, and ends with roff_entry_text(). */
void roff_entry(void);
void roff_entry_text(const char *text);

#endif
