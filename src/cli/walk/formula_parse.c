/*
 * Compiles a formula by operator precedence (Dijkstra 1961, the shunting yard): what is read is an
 * operand or stands between operands; operators wait on a stack until one that binds no tighter
 * follows, and then go behind their operands.
 */
#include "cli/walk/formula.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double PI = 3.14159265358979323846, E = 2.71828182845904523536;

enum { NAME_SIZE = 16, TEXT_BYTES = 16, WAITING_MAX = 3 * FORMULA_DEPTH_MAX };

/* How tightly operators bind; an open parenthesis not at all, so that nothing passes it. */
enum binding { OPEN, SUM, PRODUCT, SIGN, POWER };

/* An operator that waits for its right operand, or a parenthesis for its end, where the function
 * before it is called. */
struct waiting {
    enum binding binding;
    struct formula_operation operation;
    bool calls;
};

struct parser {
    const char *text, *at; /* the whole, and what is not yet read */
    struct formula *formula;
    struct formula_error *error;
    size_t depth; /* of the stack of values, when what is compiled so far has run */
    struct waiting waiting[WAITING_MAX];
    size_t waiting_count;
    bool w, x, y; /* which variables it has */
};

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
            return true;
        }
    }
    return false;
}

#define SPELLED(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Adds an operation that leaves so many more values on the stack: 1, 0 or −1. */
static bool emit(struct parser *parser, struct formula_operation operation, int more)
{
    struct formula *formula = parser->formula;
    if (formula->count == FORMULA_OPERATIONS_MAX) {
        return fail_at(parser, parser->at, "expected at most %d operations",
                       FORMULA_OPERATIONS_MAX);
    }
    if (more > 0 && parser->depth == FORMULA_DEPTH_MAX) {
        return fail_at(parser, parser->at, "expected operations at most %d deep",
                       FORMULA_DEPTH_MAX);
    }
    formula->operations[formula->count++] = operation;
    parser->depth += more > 0 ? 1 : 0;
    parser->depth -= more < 0 ? 1 : 0;
    return true;
}

static bool emit_number(struct parser *parser, double number)
{
    return emit(parser, (struct formula_operation){.code = FORMULA_NUMBER, .number = number}, 1);
}

static bool push(struct parser *parser, struct waiting waiting)
{
    if (parser->waiting_count == WAITING_MAX) {
        return fail_at(parser, parser->at, "expected parentheses at most %d deep",
                       FORMULA_DEPTH_MAX);
    }
    parser->waiting[parser->waiting_count++] = waiting;
    return true;
}

static const struct waiting *last_waiting(const struct parser *parser)
{
    return parser->waiting_count > 0 ? &parser->waiting[parser->waiting_count - 1] : NULL;
}

/* Takes the operators from the stack that bind at least so tightly. */
static bool release(struct parser *parser, enum binding least)
{
    const struct waiting *last;
    while ((last = last_waiting(parser)) != NULL && last->binding >= least) {
        if (!emit(parser, last->operation, last->operation.code == FORMULA_NEGATE ? 0 : -1)) {
            return false;
        }
        parser->waiting_count--;
    }
    return true;
}

/* Digits with a point, and an exponent where digits follow: in 2e the e is a name. */
static bool read_number(struct parser *parser)
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
    return isfinite(number) ? emit_number(parser, number)
                            : fail_at(parser, start, "expected a number within doubles");
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

static bool read_variable(struct parser *parser)
{
    char letter = (char)tolower((unsigned char)*parser->at);
    parser->w = parser->w || letter == 'w';
    parser->x = parser->x || letter == 'x';
    parser->y = parser->y || letter == 'y';
    if (parser->w && (parser->x || parser->y)) {
        return fail_at(parser, parser->at, "expected the variables x and y, or w alone");
    }
    parser->at++;
    /* y is the first variable where there is no x: known at the end */
    enum formula_code code = letter == 'y' ? FORMULA_SECOND : FORMULA_FIRST;
    return emit(parser, (struct formula_operation){.code = code}, 1);
}

/* The function, and the parenthesis behind it. */
static bool read_call(struct parser *parser, unsigned function, size_t length)
{
    parser->at += length;
    skip_blanks(parser);
    if (!accept(parser, SPELLED("("))) {
        return fail_at(parser, parser->at, "expected \"(\" behind %s", formula_function(function));
    }
    return push(parser,
                (struct waiting){OPEN, {.code = FORMULA_FUNCTION, .function = function}, true});
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

static bool fail_name(struct parser *parser, const char *name, size_t length)
{
    enum { SHOWN_MAX = 40 };
    int function = (int)function_before_variables(name);
    if (function > 0) {
        return fail_at(parser, parser->at + function, "expected \"(\" behind %.*s", function, name);
    }
    return fail_at(parser, parser->at,
                   "expected x, y, w, pi, e or a function such as sin, found \"%.*s\"",
                   (int)(length < SHOWN_MAX ? length : SHOWN_MAX), parser->at);
}

/* pi, e, or a variable: of several letters one, as what follows is multiplied. */
static bool read_letters(struct parser *parser, const char *name, size_t length, bool *complete)
{
    bool pi = strcmp(name, "pi") == 0;
    *complete = true;
    if (pi || strcmp(name, "e") == 0) {
        parser->at += length;
        return emit_number(parser, pi ? PI : E);
    }
    if (strspn(name, "wxy") != length) {
        return fail_name(parser, name, length);
    }
    return read_variable(parser);
}

static bool read_name(struct parser *parser, bool *complete)
{
    char name[NAME_SIZE];
    size_t length = copy_name(name, parser->at);
    unsigned function = find_function(name);
    return formula_function(function) != NULL ? read_call(parser, function, length)
                                              : read_letters(parser, name, length, complete);
}

/* Two signs are none. */
static bool read_minus(struct parser *parser)
{
    const struct waiting *last = last_waiting(parser);
    if (last != NULL && last->binding == SIGN) {
        parser->waiting_count--;
        return true;
    }
    return push(parser, (struct waiting){SIGN, {.code = FORMULA_NEGATE}, false});
}

/* Reads an operand, or what stands before it: a sign, a parenthesis, a function. */
static bool read_operand(struct parser *parser, bool *complete)
{
    char text[TEXT_BYTES];
    unsigned char next = (unsigned char)*parser->at;
    if (accept(parser, SPELLED("-", "−"))) {
        return read_minus(parser);
    }
    if (accept(parser, SPELLED("+"))) {
        return true;
    }
    if (accept(parser, SPELLED("("))) {
        return push(parser, (struct waiting){.binding = OPEN});
    }
    if (isalpha(next)) {
        return read_name(parser, complete);
    }
    *complete = true;
    if (isdigit(next) || next == '.') {
        return read_number(parser);
    }
    if (accept(parser, SPELLED("π"))) {
        return emit_number(parser, PI);
    }
    return fail_at(parser, parser->at, "expected a number, a name or \"(\", found %s",
                   found(text, parser->at));
}

/* Whether an operand begins here, which then is multiplied by the one before. */
static bool follows(const struct parser *parser)
{
    return isalpha((unsigned char)*parser->at) || *parser->at == '(' ||
           strncmp(parser->at, "π", strlen("π")) == 0;
}

/* A product without its sign. In 1/2x it could be one of 1/2, or what 1 is divided by. */
static bool read_nothing(struct parser *parser)
{
    if (!release(parser, SIGN)) {
        return false;
    }
    const struct waiting *last = last_waiting(parser);
    if (last != NULL && last->operation.code == FORMULA_DIVIDE) {
        return fail_at(parser, parser->at,
                       "expected \"*\", or parentheses around what is divided by: 1/2x has two "
                       "meanings");
    }
    return release(parser, PRODUCT) &&
           push(parser, (struct waiting){PRODUCT, {.code = FORMULA_MULTIPLY}, false});
}

static bool read_close(struct parser *parser, const char *at)
{
    if (!release(parser, SUM)) {
        return false;
    }
    const struct waiting *open = last_waiting(parser);
    if (open == NULL) {
        return fail_at(parser, at, "expected an operator or the end, found \")\"");
    }
    parser->waiting_count--;
    return !open->calls || emit(parser, open->operation, 0);
}

/* Operators between two operands. A power waits for one at its right, which binds first. */
static const struct {
    const char *const *spellings;
    enum binding binding, releases;
    enum formula_code code;
} operators[] = {
    {SPELLED("^", "**"), POWER, POWER + 1, FORMULA_POWER},
    {SPELLED("*", "·", "×", "⋅"), PRODUCT, PRODUCT, FORMULA_MULTIPLY},
    {SPELLED("/", "÷"), PRODUCT, PRODUCT, FORMULA_DIVIDE},
    {SPELLED("+"), SUM, SUM, FORMULA_ADD},
    {SPELLED("-", "−"), SUM, SUM, FORMULA_SUBTRACT},
};

static bool accept_raised_digit(struct parser *parser, double *number)
{
    static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    for (size_t i = 0; i < sizeof digits / sizeof digits[0]; i++) {
        if (accept(parser, SPELLED(digits[i]))) {
            *number = 10.0 * *number + (double)i;
            return true;
        }
    }
    return false;
}

/* Goes on behind a power that is written as one, as in x² or x⁻¹⁰: NaN for a sign alone. */
static bool accept_raised(struct parser *parser, double *power)
{
    const char *start = parser->at;
    double sign = accept(parser, SPELLED("⁻")) ? -1.0 : 1.0, number = 0.0;
    const char *digits = parser->at;
    while (accept_raised_digit(parser, &number)) {
    }
    *power = parser->at > digits ? sign * number : NAN;
    return parser->at > start;
}

/* Reads what may stand behind an operand; incomplete where another one must follow. */
static bool read_operator(struct parser *parser, bool *complete)
{
    const char *at = parser->at;
    double power;
    if (accept_raised(parser, &power)) {
        return isfinite(power)
                   ? emit_number(parser, power) &&
                         emit(parser, (struct formula_operation){.code = FORMULA_POWER}, -1)
                   : fail_at(parser, at, "expected a raised number within doubles, as in x²");
    }
    if (accept(parser, SPELLED(")"))) {
        return read_close(parser, at);
    }
    *complete = false;
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        if (accept(parser, operators[i].spellings)) {
            return release(parser, operators[i].releases) &&
                   push(parser,
                        (struct waiting){operators[i].binding, {.code = operators[i].code}, false});
        }
    }
    if (follows(parser)) {
        return read_nothing(parser);
    }
    char text[TEXT_BYTES];
    return fail_at(parser, at, "expected an operator or the end, found %s", found(text, at));
}

static bool finish(struct parser *parser)
{
    if (!release(parser, SUM)) {
        return false;
    }
    return parser->waiting_count == 0 ||
           fail_at(parser, parser->at, "expected an operator or \")\", found the end");
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
    struct parser parser = {.text = text, .at = text, .formula = formula, .error = error};
    bool complete = false; /* whether an operand stands before */
    *formula = (struct formula){0};
    if (strlen(text) > FORMULA_LENGTH_MAX) {
        return fail_at(&parser, text + FORMULA_LENGTH_MAX, "expected at most %d bytes",
                       FORMULA_LENGTH_MAX);
    }
    skip_blanks(&parser);
    while (*parser.at != '\0' || !complete) {
        if (!(complete ? read_operator : read_operand)(&parser, &complete)) {
            return false;
        }
        skip_blanks(&parser);
    }
    if (!finish(&parser)) {
        return false;
    }
    name_variables(&parser);
    return formula->variables > 0 || fail_at(&parser, text, "expected a variable: x, y or w");
}
