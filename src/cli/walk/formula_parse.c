/*
 * Compiles a formula by operator precedence (Dijkstra 1961, the shunting yard): what is read is an
 * operand or stands between operands; operators wait on a stack until one that binds no tighter
 * follows, and then go behind their operands.
 */
#include "cli/walk/formula_private.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool formula_fail(struct formula_parser *parser, const char *at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    parser->error->at = (size_t)(at - parser->text);
    vsnprintf(parser->error->message, sizeof parser->error->message, format, arguments);
    va_end(arguments);
    return false;
}

const char *formula_found(char text[FORMULA_FOUND_SIZE], const char *at)
{
    if (*at == '\0') {
        return "the end";
    }
    size_t length = 1;
    while (((unsigned char)at[length] & 0xC0) == 0x80) {
        length++;
    }
    snprintf(text, FORMULA_FOUND_SIZE, "\"%.*s\"", (int)length, at);
    return text;
}

void formula_skip_blanks(struct formula_parser *parser)
{
    parser->at += strspn(parser->at, " \t");
}

bool formula_accept(struct formula_parser *parser, const char *const *spellings)
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

bool formula_emit(struct formula_parser *parser, struct formula_operation operation, int more)
{
    struct formula *formula = parser->formula;
    if (formula->count == FORMULA_OPERATIONS_MAX) {
        return formula_fail(parser, parser->at, "expected at most %d operations",
                            FORMULA_OPERATIONS_MAX);
    }
    if (more > 0 && parser->depth == FORMULA_DEPTH_MAX) {
        return formula_fail(parser, parser->at, "expected operations at most %d deep",
                            FORMULA_DEPTH_MAX);
    }
    formula->operations[formula->count++] = operation;
    parser->depth += more > 0 ? 1 : 0;
    parser->depth -= more < 0 ? 1 : 0;
    return true;
}

bool formula_emit_number(struct formula_parser *parser, double number)
{
    return formula_emit(parser,
                        (struct formula_operation){.code = FORMULA_NUMBER, .number = number}, 1);
}

bool formula_push(struct formula_parser *parser, struct formula_waiting waiting)
{
    if (parser->waiting_count == FORMULA_WAITING_MAX) {
        return formula_fail(parser, parser->at, "expected parentheses at most %d deep",
                            FORMULA_DEPTH_MAX);
    }
    parser->waiting[parser->waiting_count++] = waiting;
    return true;
}

const struct formula_waiting *formula_last_waiting(const struct formula_parser *parser)
{
    return parser->waiting_count > 0 ? &parser->waiting[parser->waiting_count - 1] : NULL;
}

/* Takes the operators from the stack that bind at least so tightly. */
static bool release(struct formula_parser *parser, enum formula_binding least)
{
    const struct formula_waiting *last;
    while ((last = formula_last_waiting(parser)) != NULL && last->binding >= least) {
        if (!formula_emit(parser, last->operation,
                          last->operation.code == FORMULA_NEGATE ? 0 : -1)) {
            return false;
        }
        parser->waiting_count--;
    }
    return true;
}

/* Whether an operand begins here, which then is multiplied by the one before. */
static bool follows(const struct formula_parser *parser)
{
    return isalpha((unsigned char)*parser->at) || *parser->at == '(' ||
           strncmp(parser->at, "π", strlen("π")) == 0;
}

/* A product without its sign. In 1/2x it could be one of 1/2, or what 1 is divided by. */
static bool read_nothing(struct formula_parser *parser)
{
    if (!release(parser, FORMULA_BINDS_SIGN)) {
        return false;
    }
    const struct formula_waiting *last = formula_last_waiting(parser);
    if (last != NULL && last->operation.code == FORMULA_DIVIDE) {
        return formula_fail(
            parser, parser->at,
            "expected \"*\", or parentheses around what is divided by: 1/2x has two "
            "meanings");
    }
    return release(parser, FORMULA_BINDS_PRODUCT) &&
           formula_push(parser, (struct formula_waiting){
                                    FORMULA_BINDS_PRODUCT, {.code = FORMULA_MULTIPLY}, false});
}

static bool read_close(struct formula_parser *parser, const char *at)
{
    if (!release(parser, FORMULA_BINDS_SUM)) {
        return false;
    }
    const struct formula_waiting *open = formula_last_waiting(parser);
    if (open == NULL) {
        return formula_fail(parser, at, "expected an operator or the end, found \")\"");
    }
    parser->waiting_count--;
    return !open->calls || formula_emit(parser, open->operation, 0);
}

/* Operators between two operands. A power waits for one at its right, which binds first. */
static const struct {
    const char *const *spellings;
    enum formula_binding binding, releases;
    enum formula_code code;
} operators[] = {
    {SPELLED("^", "**"), FORMULA_BINDS_POWER, FORMULA_BINDS_POWER + 1, FORMULA_POWER},
    {SPELLED("*", "·", "×", "⋅"), FORMULA_BINDS_PRODUCT, FORMULA_BINDS_PRODUCT, FORMULA_MULTIPLY},
    {SPELLED("/", "÷"), FORMULA_BINDS_PRODUCT, FORMULA_BINDS_PRODUCT, FORMULA_DIVIDE},
    {SPELLED("+"), FORMULA_BINDS_SUM, FORMULA_BINDS_SUM, FORMULA_ADD},
    {SPELLED("-", "−"), FORMULA_BINDS_SUM, FORMULA_BINDS_SUM, FORMULA_SUBTRACT},
};

static bool accept_raised_digit(struct formula_parser *parser, double *number)
{
    static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    for (size_t i = 0; i < sizeof digits / sizeof digits[0]; i++) {
        if (formula_accept(parser, SPELLED(digits[i]))) {
            *number = 10.0 * *number + (double)i;
            return true;
        }
    }
    return false;
}

/* Goes on behind a power that is written as one, as in x² or x⁻¹⁰: NaN for a sign alone. */
static bool accept_raised(struct formula_parser *parser, double *power)
{
    const char *start = parser->at;
    double sign = formula_accept(parser, SPELLED("⁻")) ? -1.0 : 1.0, number = 0.0;
    const char *digits = parser->at;
    while (accept_raised_digit(parser, &number)) {
    }
    *power = parser->at > digits ? sign * number : NAN;
    return parser->at > start;
}

/* Reads what may stand behind an operand; incomplete where another one must follow. */
static bool read_operator(struct formula_parser *parser, bool *complete)
{
    const char *at = parser->at;
    double power;
    if (accept_raised(parser, &power)) {
        return isfinite(power)
                   ? formula_emit_number(parser, power) &&
                         formula_emit(parser, (struct formula_operation){.code = FORMULA_POWER}, -1)
                   : formula_fail(parser, at, "expected a raised number within doubles, as in x²");
    }
    if (formula_accept(parser, SPELLED(")"))) {
        return read_close(parser, at);
    }
    *complete = false;
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        if (formula_accept(parser, operators[i].spellings)) {
            return release(parser, operators[i].releases) &&
                   formula_push(parser, (struct formula_waiting){operators[i].binding,
                                                                 {.code = operators[i].code},
                                                                 false});
        }
    }
    if (follows(parser)) {
        return read_nothing(parser);
    }
    char text[FORMULA_FOUND_SIZE];
    return formula_fail(parser, at, "expected an operator or the end, found %s",
                        formula_found(text, at));
}

static bool finish(struct formula_parser *parser)
{
    if (!release(parser, FORMULA_BINDS_SUM)) {
        return false;
    }
    return parser->waiting_count == 0 ||
           formula_fail(parser, parser->at, "expected an operator or \")\", found the end");
}

/* Names the variables; one alone is the first, whatever its letter. */
static void name_variables(struct formula_parser *parser)
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
    struct formula_parser parser = {.text = text, .at = text, .formula = formula, .error = error};
    bool complete = false; /* whether an operand stands before */
    *formula = (struct formula){0};
    if (strlen(text) > FORMULA_LENGTH_MAX) {
        return formula_fail(&parser, text + FORMULA_LENGTH_MAX, "expected at most %d bytes",
                            FORMULA_LENGTH_MAX);
    }
    formula_skip_blanks(&parser);
    while (*parser.at != '\0' || !complete) {
        if (!(complete ? read_operator : formula_read_operand)(&parser, &complete)) {
            return false;
        }
        formula_skip_blanks(&parser);
    }
    if (!finish(&parser)) {
        return false;
    }
    name_variables(&parser);
    return formula->variables > 0 || formula_fail(&parser, text, "expected a variable: x, y or w");
}
