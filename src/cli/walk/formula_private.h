/*
 * What the two halves of the parser share: formula_parse.c has its stacks and the operators,
 * formula_operand.c reads operands.
 */
#ifndef DESCENT_CLI_WALK_FORMULA_PRIVATE_H
#define DESCENT_CLI_WALK_FORMULA_PRIVATE_H

#include "cli/walk/formula.h"

enum { FORMULA_FOUND_SIZE = 16, FORMULA_WAITING_MAX = 3 * FORMULA_DEPTH_MAX };

/* How tightly operators bind; an open parenthesis not at all, so that nothing passes it. */
enum formula_binding {
    FORMULA_OPEN,
    FORMULA_BINDS_SUM,
    FORMULA_BINDS_PRODUCT,
    FORMULA_BINDS_SIGN,
    FORMULA_BINDS_POWER
};

/* An operator that waits for its right operand, or a parenthesis for its end, where the function
 * before it is called. */
struct formula_waiting {
    enum formula_binding binding;
    struct formula_operation operation;
    bool calls;
};

struct formula_parser {
    const char *text, *at; /* the whole, and what is not yet read */
    struct formula *formula;
    struct formula_error *error;
    size_t depth; /* of the stack of values, when what is compiled so far has run */
    struct formula_waiting waiting[FORMULA_WAITING_MAX];
    size_t waiting_count;
    bool w, x, y; /* which variables it has */
};

/* False, after saying what is wrong at a place. */
bool formula_fail(struct formula_parser *parser, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The character at a place, as a message has it; returns text. */
const char *formula_found(char text[FORMULA_FOUND_SIZE], const char *at);

void formula_skip_blanks(struct formula_parser *parser);

/* Goes on behind one of some spellings, if it is there. */
bool formula_accept(struct formula_parser *parser, const char *const *spellings);
#define SPELLED(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Adds an operation that leaves so many more values on the stack: 1, 0 or −1; false, with the
 * error, where there is no room for it. */
bool formula_emit(struct formula_parser *parser, struct formula_operation operation, int more);
bool formula_emit_number(struct formula_parser *parser, double number);

/* Lets something wait, and looks at what came last, NULL if nothing waits. */
bool formula_push(struct formula_parser *parser, struct formula_waiting waiting);
const struct formula_waiting *formula_last_waiting(const struct formula_parser *parser);

/* Reads an operand, or what stands before it: a sign, a parenthesis, a function; *complete becomes
 * true behind an operand. */
bool formula_read_operand(struct formula_parser *parser, bool *complete);

#endif
