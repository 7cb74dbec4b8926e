/*
 * Numbers, variables, and the functions and signs before them.
 */
#include "cli/walk/formula_private.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double PI = 3.14159265358979323846, E = 2.71828182845904523536;

enum { NAME_SIZE = 16 };

/* Digits with a point, and an exponent where digits follow: in 2e the e is a name. */
static bool read_number(struct formula_parser *parser)
{
    const char *start = parser->at, *end = start + strspn(start, "0123456789");
    end += *end == '.' ? 1 + strspn(end + 1, "0123456789") : 0;
    if (end - start == 1 && *start == '.') {
        return formula_fail(parser, start, "expected digits at the point");
    }
    const char *exponent =
        end + 1 + (tolower((unsigned char)*end) == 'e' && (end[1] == '+' || end[1] == '-'));
    if (tolower((unsigned char)*end) == 'e' && isdigit((unsigned char)*exponent)) {
        end = exponent + strspn(exponent, "0123456789");
    }
    if (*end == '.' || *end == ',') {
        return formula_fail(parser, end,
                            *end == ',' ? "expected a decimal point in place of the comma"
                                        : "expected one decimal point in a number");
    }
    /* The end is found by hand: strtod() would take hexadecimal numbers as well. */
    char digits[FORMULA_LENGTH_MAX + 1];
    snprintf(digits, sizeof digits, "%.*s", (int)(end - start), start);
    double number = strtod(digits, NULL);
    parser->at = end;
    return isfinite(number) ? formula_emit_number(parser, number)
                            : formula_fail(parser, start, "expected a number within doubles");
}

/* The row of a function, or how many there are where the name is none. */
static unsigned find_function(const char *name)
{
    unsigned i = 0;
    while (formula_function(i) != NULL && strcmp(formula_function(i), name) != 0) {
        i++;
    }
    return i;
}

static size_t copy_lower(char name[NAME_SIZE], const char *at, size_t length)
{
    snprintf(name, NAME_SIZE, "%.*s", (int)length, at);
    for (char *c = name; *c != '\0'; c++) {
        *c = (char)tolower((unsigned char)*c);
    }
    return length;
}

/* The letters at a place in lower case, with the digits behind them if that is a function: how many
 * bytes they are. */
static size_t copy_name(char name[NAME_SIZE], const char *at)
{
    size_t letters = 0;
    while (isalpha((unsigned char)at[letters])) {
        letters++;
    }
    size_t length = copy_lower(name, at, letters + strspn(at + letters, "0123456789"));
    bool function = formula_function(find_function(name)) != NULL;
    return function ? length : copy_lower(name, at, letters);
}

static bool read_variable(struct formula_parser *parser)
{
    char letter = (char)tolower((unsigned char)*parser->at);
    parser->w = parser->w || letter == 'w';
    parser->x = parser->x || letter == 'x';
    parser->y = parser->y || letter == 'y';
    if (parser->w && (parser->x || parser->y)) {
        return formula_fail(parser, parser->at, "expected the variables x and y, or w alone");
    }
    parser->at++;
    /* y is the first variable where there is no x: known at the end */
    enum formula_code code = letter == 'y' ? FORMULA_SECOND : FORMULA_FIRST;
    return formula_emit(parser, (struct formula_operation){.code = code}, 1);
}

/* The function, and the parenthesis behind it. */
static bool read_call(struct formula_parser *parser, unsigned function, size_t length)
{
    parser->at += length;
    formula_skip_blanks(parser);
    if (!formula_accept(parser, SPELLED("("))) {
        return formula_fail(parser, parser->at, "expected \"(\" behind %s",
                            formula_function(function));
    }
    return formula_push(parser,
                        (struct formula_waiting){
                            FORMULA_OPEN, {.code = FORMULA_FUNCTION, .function = function}, true});
}

/* How long the name of a function is before variables, as in sinx; 0: there is none. */
static size_t function_before_variables(const char *name)
{
    const char *function;
    for (size_t i = 0; (function = formula_function(i)) != NULL; i++) {
        size_t length = strlen(function);
        if (strncmp(name, function, length) == 0 &&
            name[length + strspn(name + length, "wxy")] == '\0') {
            return length;
        }
    }
    return 0;
}

static bool fail_name(struct formula_parser *parser, const char *name, size_t length)
{
    enum { SHOWN_MAX = 40 };
    int function = (int)function_before_variables(name);
    if (function > 0) {
        return formula_fail(parser, parser->at + function, "expected \"(\" behind %.*s", function,
                            name);
    }
    return formula_fail(parser, parser->at,
                        "expected x, y, w, pi, e or a function such as sin, found \"%.*s\"",
                        (int)(length < SHOWN_MAX ? length : SHOWN_MAX), parser->at);
}

/* pi, e, or a variable: of several letters one, as what follows is multiplied. */
static bool read_letters(struct formula_parser *parser, const char *name, size_t length,
                         bool *complete)
{
    bool pi = strcmp(name, "pi") == 0;
    *complete = true;
    if (pi || strcmp(name, "e") == 0) {
        parser->at += length;
        return formula_emit_number(parser, pi ? PI : E);
    }
    if (strspn(name, "wxy") != length) {
        return fail_name(parser, name, length);
    }
    return read_variable(parser);
}

static bool read_name(struct formula_parser *parser, bool *complete)
{
    char name[NAME_SIZE];
    size_t length = copy_name(name, parser->at);
    unsigned function = find_function(name);
    return formula_function(function) != NULL ? read_call(parser, function, length)
                                              : read_letters(parser, name, length, complete);
}

/* Two signs are none. */
static bool read_minus(struct formula_parser *parser)
{
    const struct formula_waiting *last = formula_last_waiting(parser);
    if (last != NULL && last->binding == FORMULA_BINDS_SIGN) {
        parser->waiting_count--;
        return true;
    }
    return formula_push(
        parser, (struct formula_waiting){FORMULA_BINDS_SIGN, {.code = FORMULA_NEGATE}, false});
}

bool formula_read_operand(struct formula_parser *parser, bool *complete)
{
    char text[FORMULA_FOUND_SIZE];
    unsigned char next = (unsigned char)*parser->at;
    if (formula_accept(parser, SPELLED("-", "−"))) {
        return read_minus(parser);
    }
    if (formula_accept(parser, SPELLED("+"))) {
        return true;
    }
    if (formula_accept(parser, SPELLED("("))) {
        return formula_push(parser, (struct formula_waiting){.binding = FORMULA_OPEN});
    }
    if (isalpha(next)) {
        return read_name(parser, complete);
    }
    *complete = true;
    if (isdigit(next) || next == '.') {
        return read_number(parser);
    }
    if (formula_accept(parser, SPELLED("π"))) {
        return formula_emit_number(parser, PI);
    }
    return formula_fail(parser, parser->at, "expected a number, a name or \"(\", found %s",
                        formula_found(text, parser->at));
}
