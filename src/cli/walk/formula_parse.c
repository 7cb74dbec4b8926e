/*
 * Compiles a formula by recursive descent: each rule of the grammar is a function, and what it has
 * read is on top of the stack when it returns.
 *
 *     sum      = product {("+" | "-") product}
 *     product  = signed {("*" | "/") signed | power}        a power alone: the sign is left out
 *     signed   = {"+" | "-"} power
 *     power    = operand {"²" | "³" | "⁴"} ["^" signed]
 *     operand  = number | name | function "(" sum ")" | "(" sum ")"
 */
#include "cli/walk/formula.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE = 16, TEXT_BYTES = 16 };

struct parser {
    const char *text, *at; /* the whole, and what is not yet read, which no blank begins */
    struct formula *formula;
    struct formula_error *error;
    size_t depth;  /* of the stack, when what is compiled so far has run */
    size_t nested; /* rules within one another */
    bool w, x, y;  /* which variables it has */
};

static bool parse_sum(struct parser *parser);
static bool parse_signed(struct parser *parser);

static bool fail_at(struct parser *parser, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool fail_at(struct parser *parser, const char *at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    parser->error->at = (size_t)(at - parser->text);
    vsnprintf(parser->error->message, sizeof parser->error->message, format, arguments);
    va_end(arguments);
    return false;
}

/* The character at a place, as a message has it. */
static const char *found(char text[TEXT_BYTES], const char *at)
{
    size_t length = 1;
    while (((unsigned char)at[length] & 0xC0) == 0x80) {
        length++;
    }
    snprintf(text, TEXT_BYTES, *at == '\0' ? "the end" : "\"%.*s\"", (int)length, at);
    return text;
}

static void skip_blanks(struct parser *parser)
{
    parser->at += strspn(parser->at, " \t");
}

/* Goes on behind one of some spellings, if it is there. */
static bool accept(struct parser *parser, const char *const *spellings)
{
    for (size_t i = 0; spellings[i] != NULL; i++) {
        size_t length = strlen(spellings[i]);
        if (strncmp(parser->at, spellings[i], length) == 0) {
            parser->at += length;
            skip_blanks(parser);
            return true;
        }
    }
    return false;
}

#define SPELLED(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Adds an operation that leaves so many more values on the stack. */
static bool emit(struct parser *parser, struct formula_operation operation, int more)
{
    struct formula *formula = parser->formula;
    if (formula->count == FORMULA_OPERATIONS_MAX) {
        return fail_at(parser, parser->at, "expected at most %d operations",
                       FORMULA_OPERATIONS_MAX);
    }
    if (more > 0 && parser->depth == FORMULA_DEPTH_MAX) {
        return fail_at(parser, parser->at, "expected parentheses at most %d deep",
                       FORMULA_DEPTH_MAX);
    }
    formula->operations[formula->count++] = operation;
    parser->depth = (size_t)((int)parser->depth + more);
    return true;
}

static bool emit_code(struct parser *parser, enum formula_code code, int more)
{
    return emit(parser, (struct formula_operation){.code = code}, more);
}

static bool emit_number(struct parser *parser, double number)
{
    return emit(parser, (struct formula_operation){.code = FORMULA_NUMBER, .number = number}, 1);
}

/* Digits with a point, and an exponent where digits follow: in 2e the e is a name. */
static bool parse_number(struct parser *parser)
{
    const char *start = parser->at, *end = start + strspn(start, "0123456789");
    end += *end == '.' ? 1 + strspn(end + 1, "0123456789") : 0;
    if (end - start == 1 && *start == '.') {
        return fail_at(parser, start, "expected digits at the point");
    }
    const char *exponent =
        end + 1 + (tolower((unsigned char)*end) == 'e' && (end[1] == '+' || end[1] == '-'));
    if (tolower((unsigned char)*end) == 'e' && isdigit((unsigned char)*exponent)) {
        end = exponent + strspn(exponent, "0123456789");
    }
    if (*end == '.' || *end == ',') {
        return fail_at(parser, end,
                       *end == ',' ? "expected a decimal point in place of the comma"
                                   : "expected one decimal point in a number");
    }
    /* The end is found by hand: strtod() would take hexadecimal numbers as well. */
    char digits[FORMULA_LENGTH_MAX + 1];
    snprintf(digits, sizeof digits, "%.*s", (int)(end - start), start);
    double number = strtod(digits, NULL);
    parser->at = end;
    skip_blanks(parser);
    return isfinite(number) ? emit_number(parser, number)
                            : fail_at(parser, start, "expected a number within doubles");
}

static bool is_function(const char *name)
{
    for (size_t i = 0; formula_function(i) != NULL; i++) {
        if (strcmp(formula_function(i), name) == 0) {
            return true;
        }
    }
    return false;
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
static size_t read_name(char name[NAME_SIZE], const char *at)
{
    size_t letters = 0;
    while (isalpha((unsigned char)at[letters])) {
        letters++;
    }
    size_t length = copy_lower(name, at, letters + strspn(at + letters, "0123456789"));
    return is_function(name) ? length : copy_lower(name, at, letters);
}

static bool parse_variable(struct parser *parser, char letter)
{
    parser->w = parser->w || letter == 'w';
    parser->x = parser->x || letter == 'x';
    parser->y = parser->y || letter == 'y';
    if (parser->w && (parser->x || parser->y)) {
        return fail_at(parser, parser->at, "expected the variables x and y, or w alone");
    }
    /* y is the first variable where there is no x: known at the end */
    return emit_code(parser, letter == 'y' ? FORMULA_SECOND : FORMULA_FIRST, 1);
}

static bool parse_parenthesis(struct parser *parser)
{
    const char *open = parser->at;
    if (!accept(parser, SPELLED("("))) {
        return false;
    }
    if (++parser->nested > FORMULA_DEPTH_MAX) {
        return fail_at(parser, open, "expected parentheses at most %d deep", FORMULA_DEPTH_MAX);
    }
    if (!parse_sum(parser)) {
        return false;
    }
    char text[TEXT_BYTES];
    if (!accept(parser, SPELLED(")"))) {
        return fail_at(parser, parser->at, "expected an operator or \")\", found %s",
                       found(text, parser->at));
    }
    parser->nested--;
    return true;
}

static bool parse_call(struct parser *parser, unsigned function, size_t length)
{
    parser->at += length;
    skip_blanks(parser);
    if (*parser->at != '(') {
        return fail_at(parser, parser->at, "expected \"(\" behind %s", formula_function(function));
    }
    return parse_parenthesis(parser) &&
           emit(parser, (struct formula_operation){FORMULA_FUNCTION, function, 0.0}, 0);
}

/* pi, e, or variables, of which several letters are a product. */
static bool parse_letters(struct parser *parser, const char *name, size_t length)
{
    bool pi = strcmp(name, "pi") == 0;
    if (pi || strcmp(name, "e") == 0) {
        parser->at += length;
        skip_blanks(parser);
        return emit_number(parser, pi ? 3.14159265358979323846 : 2.71828182845904523536);
    }
    if (strspn(name, "wxy") != length) {
        return fail_at(parser, parser->at,
                       "expected x, y, w, pi, e or a function such as sin, found \"%.40s\"", name);
    }
    for (size_t i = 0; i < length; i++) {
        if (!parse_variable(parser, name[i]) ||
            (i > 0 && !emit_code(parser, FORMULA_MULTIPLY, -1))) {
            return false;
        }
        parser->at++;
    }
    skip_blanks(parser);
    return true;
}

static bool parse_name(struct parser *parser)
{
    char name[NAME_SIZE];
    size_t length = read_name(name, parser->at);
    for (unsigned i = 0; formula_function(i) != NULL; i++) {
        if (strcmp(formula_function(i), name) == 0) {
            return parse_call(parser, i, length);
        }
    }
    return parse_letters(parser, name, length);
}

static bool parse_operand(struct parser *parser)
{
    char text[TEXT_BYTES];
    unsigned char next = (unsigned char)*parser->at;
    if (isdigit(next) || next == '.') {
        return parse_number(parser);
    }
    if (isalpha(next)) {
        return parse_name(parser);
    }
    if (next == '(') {
        return parse_parenthesis(parser);
    }
    if (accept(parser, SPELLED("π"))) {
        return emit_number(parser, 3.14159265358979323846);
    }
    return fail_at(parser, parser->at, "expected a number, a name or \"(\", found %s",
                   found(text, parser->at));
}

static bool parse_power(struct parser *parser)
{
    static const char *const digits[] = {"²", "³", "⁴"};
    if (!parse_operand(parser)) {
        return false;
    }
    for (size_t i = 0; i < 3; i++) {
        if (accept(parser, SPELLED(digits[i]))) {
            return emit_number(parser, 2.0 + (double)i) && emit_code(parser, FORMULA_POWER, -1);
        }
    }
    if (!accept(parser, SPELLED("^", "**"))) {
        return true;
    }
    if (++parser->nested > FORMULA_DEPTH_MAX) {
        return fail_at(parser, parser->at, "expected powers at most %d deep", FORMULA_DEPTH_MAX);
    }
    bool parsed = parse_signed(parser) && emit_code(parser, FORMULA_POWER, -1);
    parser->nested--;
    return parsed;
}

static bool parse_signed(struct parser *parser)
{
    bool negative = false;
    for (;;) {
        if (accept(parser, SPELLED("-", "−"))) {
            negative = !negative;
        } else if (!accept(parser, SPELLED("+"))) {
            break;
        }
    }
    return parse_power(parser) && (!negative || emit_code(parser, FORMULA_NEGATE, 0));
}

/* Whether an operand stands here without a sign of multiplication before it. */
static bool follows(const struct parser *parser)
{
    return isalpha((unsigned char)*parser->at) || *parser->at == '(' ||
           strncmp(parser->at, "π", strlen("π")) == 0;
}

static bool parse_product(struct parser *parser)
{
    bool divided = false;
    if (!parse_signed(parser)) {
        return false;
    }
    for (;;) {
        bool parsed;
        if (strncmp(parser->at, "**", 2) != 0 && accept(parser, SPELLED("*", "·", "×", "⋅"))) {
            divided = false;
            parsed = parse_signed(parser) && emit_code(parser, FORMULA_MULTIPLY, -1);
        } else if (accept(parser, SPELLED("/", "÷"))) {
            divided = true;
            parsed = parse_signed(parser) && emit_code(parser, FORMULA_DIVIDE, -1);
        } else if (!follows(parser)) {
            return true;
        } else if (divided) {
            /* 1/2x: half of x, or 1/(2x)? */
            return fail_at(parser, parser->at,
                           "expected \"*\", or parentheses around what is divided by: 1/2x has "
                           "two meanings");
        } else {
            parsed = parse_power(parser) && emit_code(parser, FORMULA_MULTIPLY, -1);
        }
        if (!parsed) {
            return false;
        }
    }
}

static bool parse_sum(struct parser *parser)
{
    bool parsed = parse_product(parser);
    while (parsed) {
        if (accept(parser, SPELLED("+"))) {
            parsed = parse_product(parser) && emit_code(parser, FORMULA_ADD, -1);
        } else if (accept(parser, SPELLED("-", "−"))) {
            parsed = parse_product(parser) && emit_code(parser, FORMULA_SUBTRACT, -1);
        } else {
            return true;
        }
    }
    return false;
}

/* Names the variables; one alone is the first, whatever its letter. */
static void name_variables(struct parser *parser)
{
    struct formula *formula = parser->formula;
    bool both = parser->x && parser->y;
    formula->variables = both ? 2 : parser->w || parser->x || parser->y;
    formula->names[0] = parser->w ? "w" : parser->y && !parser->x ? "y" : "x";
    formula->names[1] = both ? "y" : NULL;
    for (size_t i = 0; i < formula->count && !both; i++) {
        if (formula->operations[i].code == FORMULA_SECOND) {
            formula->operations[i].code = FORMULA_FIRST;
        }
    }
}

bool formula_compile(struct formula *formula, const char *text, struct formula_error *error)
{
    char next[TEXT_BYTES];
    struct parser parser = {.text = text, .at = text, .formula = formula, .error = error};
    *formula = (struct formula){0};
    if (strlen(text) > FORMULA_LENGTH_MAX) {
        return fail_at(&parser, text + FORMULA_LENGTH_MAX, "expected at most %d bytes",
                       FORMULA_LENGTH_MAX);
    }
    skip_blanks(&parser);
    if (!parse_sum(&parser)) {
        return false;
    }
    if (*parser.at != '\0') {
        return fail_at(&parser, parser.at, "expected an operator or the end, found %s",
                       found(next, parser.at));
    }
    name_variables(&parser);
    return formula->variables > 0 || fail_at(&parser, text, "expected a variable: x, y or w");
}
