/*
 * A network as one file of C.
 */
#include "export/c_private.h"

#include "base/decimal.h"
#include "base/fail.h"
#include "export/weights.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { LINE = 96 }; /* columns of a line of numbers */

/* What stands for a letter behind @. */
static void put_meaning(struct descent_c *c, char letter)
{
    switch (letter) {
    case '.':
        descent_text_add(&c->text, "%s_", c->name);
        break;
    case 'M':
        descent_text_add(&c->text, "%s", c->macro);
        break;
    case 'A':
        if (c->activation != NULL) {
            descent_text_add(&c->text, "%s_%s", c->name, c->activation);
        }
        break;
    default:
        descent_text_add(&c->text, "%zu",
                         letter == 'L'   ? c->layer
                         : letter == 'I' ? c->inputs
                                         : c->outputs);
    }
}

void descent_c_put(struct descent_c *c, const char *text)
{
    while (*text != '\0') {
        size_t plain = strcspn(text, "@");
        descent_text_put(&c->text, text, plain);
        text += plain;
        if (*text != '\0') {
            put_meaning(c, text[1]);
            text += 2;
        }
    }
}

void descent_c_floats(struct descent_c *c, const float *numbers, size_t count)
{
    size_t column = LINE;
    for (size_t i = 0; i < count; i++) {
        char number[DESCENT_DECIMAL_SIZE];
        descent_decimal_save(number, numbers[i]);
        size_t length = strlen(number) + 3;
        bool fits = column + length <= LINE;
        column = fits ? column + length : 4 + length;
        descent_text_add(&c->text, "%s%sf%s",
                         fits    ? " "
                         : i > 0 ? "\n    "
                                 : "    ",
                         number, i + 1 < count ? "," : "");
    }
}

/* What the file promises, and what it needs for that. */
static const char CONTRACT[] =
    " * @.run() gives the bits that `descent predict --reference` computes, on every machine with\n"
    " * IEEE 754 floats: each product and each sum is rounded by itself, and an output's sum adds "
    "the\n"
    " * inputs in their order, from 0. Optimise and vectorise as you like, but without -ffast-math "
    "and\n"
    " * its parts. Of compilers that fuse products with sums, gcc, clang and MSVC are told not to, "
    "if\n"
    " * clang is without -ffp-contract=fast; give others -ffp-contract=off, or what they call it.\n"
    " * Compiled with -D@M_TEST it is a program that tests itself: status 0 or 1.\n"
    " */\n";

static const char CONTRACT_INT8[] =
    " * Weights are whole numbers of 8 bits with a scale for each output, and bytes flow between "
    "the\n"
    " * layers (Jacob et al., CVPR 2018): these are the same on every machine, and no sum "
    "overflows.\n"
    " * Features become bytes, and sums become answers, in IEEE 754 floats, each operation of "
    "which is\n"
    " * rounded by itself: compile without -ffast-math. A feature that is no number counts as the\n"
    " * least. Compiled with -D@M_TEST it is a program that tests itself: status 0 or 1.\n"
    " */\n";

static const char GUARDS[] =
    "#include <stdint.h>\n"
    "#include <string.h>\n"
    "\n"
    "#if defined __FAST_MATH__\n"
    "#error \"-ffast-math would change the numbers: compile this file without it\"\n"
    "#endif\n"
    "#if defined __FLT_EVAL_METHOD__ && __FLT_EVAL_METHOD__ != 0\n"
    "#error \"floats are computed in another precision: compile with -msse2 -mfpmath=sse\"\n"
    "#endif\n"
    "#if defined __clang__\n"
    "#pragma STDC FP_CONTRACT OFF\n"
    "#elif defined __GNUC__\n"
    "#pragma GCC optimize(\"fp-contract=off\")\n"
    "#elif defined _MSC_VER\n"
    "#pragma fp_contract(off)\n"
    "#endif\n"
    "\n"
    "#if defined __cplusplus\n"
    "#define @M_RESTRICT __restrict\n"
    "#else\n"
    "#define @M_RESTRICT restrict\n"
    "#endif\n"
    "\n";

/* A name that may stand in C and in C++: letters, digits and _, and no word of either. */
static bool is_identifier(const char *name)
{
    size_t length = strlen(name);
    bool valid = length > 0 && length < sizeof((struct descent_c *)0)->macro - 1 &&
                 isalpha((unsigned char)name[0]);
    for (size_t i = 0; i < length; i++) {
        valid = valid && (isalnum((unsigned char)name[i]) || name[i] == '_');
    }
    return valid;
}

static descent_status check(const descent_predictor *predictor,
                            const descent_export_c_config *config)
{
    if (config->name == NULL || !is_identifier(config->name)) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "export: name: expected a letter, then letters, digits and _, 62 at "
                            "most, found \"%.80s\"",
                            config->name != NULL ? config->name : "");
    }
    return descent_export_check(descent_predictor_model(predictor), DESCENT_EXPORT_C_MAX,
                                "use libdescent, or ONNX, in place of C");
}

static void begin(struct descent_c *c, const descent_predictor *predictor,
                  const descent_export_c_config *config)
{
    const char *name = config->name;
    *c = (struct descent_c){.name = name,
                            .predictor = predictor,
                            .model = descent_predictor_model(predictor),
                            .int8 = config->int8,
                            .sum = DESCENT_C_SUM};
    for (size_t i = 0; name[i] != '\0'; i++) {
        c->macro[i] = (char)toupper((unsigned char)name[i]);
    }
}

/* Lines that go into a comment. */
static void put_about(struct descent_c *c, const char *about)
{
    for (const char *end; about != NULL && *about != '\0'; about = end + (*end == '\n')) {
        end = about + strcspn(about, "\n");
        descent_text_put(&c->text, " * ", 3);
        for (; about < end; about++) {
            bool closes = about[0] == '*' && about[1] == '/';
            unsigned char byte = (unsigned char)*about;
            descent_text_put(&c->text, byte < ' ' || byte == 127 ? "?" : about, 1);
            descent_text_put(&c->text, " ", closes ? 1 : 0);
        }
        descent_text_put(&c->text, "\n", 1);
    }
}

/* The CRC-32 of the weights that the model's file has, or would have. */
static void put_checksum(struct descent_c *c)
{
    const char *known = descent_safetensors_metadata(descent_predictor_file(c->predictor), "crc32");
    uLong sum = crc32_z(0, (const Bytef *)descent_model_parameters(c->model),
                        descent_model_parameter_count(c->model) * sizeof(float));
    if (known != NULL && strlen(known) == 8 && strspn(known, "0123456789abcdef") == 8) {
        descent_text_add(&c->text, " * weights: CRC-32 %s\n", known);
    } else {
        descent_text_add(&c->text, " * weights: CRC-32 %08lx\n", (unsigned long)sum);
    }
}

static void put_title(struct descent_c *c)
{
    char network[512];
    descent_model_describe(c->model, network, sizeof network);
    descent_text_add(&c->text, "/*\n * %s: a trained network, %s, as C%s.\n", c->name, network,
                     c->int8 != NULL ? " in bytes" : "");
}

static void put_comment(struct descent_c *c, const char *about)
{
    put_title(c);
    put_about(c, about);
    put_checksum(c);
    descent_text_add(&c->text, " * %zu bytes of constants, %zu of scratch on the stack\n *\n",
                     descent_c_constants(c), descent_c_scratch(c));
    descent_c_put(c, c->int8 != NULL ? CONTRACT_INT8 : CONTRACT);
    descent_c_put(c, GUARDS);
}

/* Bytes of a string as they may stand between quotes. */
static void put_string(struct descent_c *c, const char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        bool plain = byte >= ' ' && byte < 127 && strchr("\"\\?", byte) == NULL;
        descent_text_add(&c->text, plain ? "%c" : "\\%03o", byte);
    }
}

static bool has_classes(const struct descent_c *c)
{
    return descent_predictor_task(c->predictor) == DESCENT_TASK_CLASSES;
}

/* What other files may use. */
static void put_declarations(struct descent_c *c)
{
    descent_c_put(c, "#define @M_INPUTS ");
    descent_text_add(&c->text, "%zu\n", descent_predictor_inputs(c->predictor));
    descent_c_put(c, "#define @M_ANSWERS ");
    descent_text_add(&c->text, "%zu\n\n", descent_predictor_answers(c->predictor));
    descent_c_put(c, "#if defined __cplusplus\nextern \"C\" {\n#endif\n\n"
                     "/* The names of the answers. */\n"
                     "extern const char *const @.names[@M_ANSWERS];\n\n");
    descent_c_put(c, descent_predictor_gives_probabilities(c->predictor)
                         ? "/* From a sample's features, x[@M_INPUTS], as the training data had "
                           "them, to the probabilities\n * of the answers, y[@M_ANSWERS]. */\n"
                         : "/* From a sample's features, x[@M_INPUTS], as the training data had "
                           "them, to the answers in\n * their units, y[@M_ANSWERS]. */\n");
    descent_c_put(c, "void @.run(const float *x, float *y);\n\n");
    if (has_classes(c)) {
        descent_c_put(c, "/* The likeliest class, the first of equals; -1 where an output is no "
                         "number. */\nint @.classify(const float *x);\n\n");
    }
    descent_c_put(c, "#if defined __cplusplus\n}\n#endif\n");
}

static void put_names(struct descent_c *c)
{
    const char *const *names = descent_predictor_names(c->predictor);
    descent_c_put(c, "\nconst char *const @.names[@M_ANSWERS] = {\n");
    for (size_t i = 0; i < descent_predictor_answers(c->predictor); i++) {
        descent_text_add(&c->text, "    \"");
        put_string(c, names[i]);
        descent_text_add(&c->text, "\",\n");
    }
    descent_text_add(&c->text, "};\n\n");
}

descent_status descent_export_c(char **text, const descent_predictor *predictor,
                                const descent_export_c_config *config)
{
    DESCENT_RETURN_UNLESS(text != NULL);
    *text = NULL;
    DESCENT_RETURN_UNLESS(predictor != NULL && config != NULL);
    DESCENT_TRY(check(predictor, config));
    struct descent_c c;
    begin(&c, predictor, config);
    put_comment(&c, config->about);
    put_declarations(&c);
    put_names(&c);
    descent_c_functions(&c);
    descent_c_layers(&c);
    descent_c_answers(&c);
    descent_c_test(&c);
    free(c.sums.bytes);
    DESCENT_TRY(descent_text_end(&c.text, text));
    if (c.status != DESCENT_OK) {
        free(*text);
        *text = NULL;
    }
    return c.status;
}

descent_status descent_export_c_header(char **text, const descent_predictor *predictor,
                                       const descent_export_c_config *config)
{
    DESCENT_RETURN_UNLESS(text != NULL);
    *text = NULL;
    DESCENT_RETURN_UNLESS(predictor != NULL && config != NULL);
    DESCENT_TRY(check(predictor, config));
    struct descent_c c;
    begin(&c, predictor, config);
    put_title(&c);
    descent_c_put(&c, " */\n#ifndef @M_H\n#define @M_H\n\n");
    put_declarations(&c);
    descent_c_put(&c, "\n#endif\n");
    return descent_text_end(&c.text, text);
}

size_t descent_export_c_stack(const descent_predictor *predictor, const descent_int8 *int8)
{
    const struct descent_c c = {
        .predictor = predictor, .model = descent_predictor_model(predictor), .int8 = int8};
    return descent_c_scratch(&c);
}
