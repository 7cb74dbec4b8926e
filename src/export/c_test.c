/*
 * The program that a file of C is where its test is asked for: a sum over its constants tells each
 * one that was changed, and samples tell a compiler that computes with them in another way.
 */
#include "export/c_private.h"

#include <descent/random.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLES = 8, PER_LINE = 8 };

/* The seed of the samples. */
#define SEED 1

static uint32_t bits_of(float number)
{
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

/* FNV-1a by words, from DESCENT_C_SUM on: no change of one word leaves the sum as it was, since all
 * that follows is one to one. */
#define PRIME UINT32_C(16777619)

void descent_c_sum_word(struct descent_c *c, uint32_t word)
{
    c->sum = (c->sum ^ word) * PRIME;
}

void descent_c_sum(struct descent_c *c, const char *name, size_t number, const float *numbers,
                   size_t count)
{
    for (size_t i = 0; i < count; i++) {
        descent_c_sum_word(c, bits_of(numbers[i]));
    }
    descent_text_add(&c->sums, "    sum = %s_add_float(sum, %s_%s", c->name, c->name, name);
    if (number > 0) {
        descent_text_add(&c->sums, "%zu", number);
    }
    descent_text_add(&c->sums, ", %zu);\n", count);
}

/* Features such as the training data may have had: bytes, or what becomes of −2 … 2 deviations, or
 * where nothing is known of them −1 … 1. */
static float draw(const struct descent_c *c, descent_random *random, size_t i)
{
    const descent_preparation *preparation = descent_predictor_preparation(c->predictor);
    const float *mean = preparation != NULL ? descent_preparation_mean(preparation) : NULL;
    bool bytes = descent_predictor_values(c->predictor) == DESCENT_VALUES_BYTES;
    if (bytes) {
        return (float)descent_random_below(random, 256);
    }
    float share = (float)descent_random_below(random, 1 << 16) / 32768.0f - 1.0f;
    return mean != NULL ? mean[i] + 2.0f * share * descent_preparation_deviation(preparation)[i]
                        : share;
}

static void put_bits(struct descent_c *c, const char *name, const float *numbers, size_t count)
{
    descent_c_put(c, "static const uint32_t @.");
    descent_text_add(&c->text, "%s[%zu] = {", name, count);
    for (size_t i = 0; i < count; i++) {
        descent_text_add(&c->text, "%s0x%08xu,", i % PER_LINE == 0 ? "\n    " : " ",
                         (unsigned)bits_of(numbers[i]));
    }
    descent_text_add(&c->text, "\n};\n\n");
}

static const char BITS_OF[] = "static uint32_t @.bits_of(float number)\n"
                              "{\n"
                              "    uint32_t bits;\n"
                              "    memcpy(&bits, &number, sizeof bits);\n"
                              "    return bits;\n"
                              "}\n"
                              "\n";

/* A sum goes on over an array of a type. */
#define ADD                                                                                        \
    "static uint32_t %s_add_%s(uint32_t sum, const %s *numbers, int count)\n"                      \
    "{\n"                                                                                          \
    "    int i;\n"                                                                                 \
    "    for (i = 0; i < count; i++) {\n"                                                          \
    "        const uint32_t word = %s;\n"                                                          \
    "        sum = (sum ^ word) * 16777619u;\n"                                                    \
    "    }\n"                                                                                      \
    "    return sum;\n"                                                                            \
    "}\n"                                                                                          \
    "\n"

static const char MAIN[] = "int main(void)\n"
                           "{\n"
                           "    uint32_t sum = 2166136261u;\n"
                           "    float outputs[@M_ANSWERS], answers[@M_ANSWERS];\n"
                           "    int sample, i, wrong;\n";

static const char SAMPLES_RUN[] =
    "    for (sample = 0; sample < 8; sample++) {\n"
    "        @.outputs(@.samples + sample * @M_INPUTS, outputs);\n"
    "        @.run(@.samples + sample * @M_INPUTS, answers);\n"
    "        for (i = 0; i < @M_ANSWERS; i++) {\n"
    "            wrong |= @.bits_of(outputs[i]) != @.expected_outputs[sample * @M_ANSWERS + i];\n"
    "            wrong |= @.bits_of(answers[i]) != @.expected_answers[sample * @M_ANSWERS + i];\n"
    "        }\n"
    "    }\n"
    "    return wrong;\n"
    "}\n"
    "#endif\n";

static void put_add(struct descent_c *c, const char *type, const char *word)
{
    char call[64];
    snprintf(call, sizeof call, "_add_%s(", type);
    if (strstr(c->sums.bytes, call) != NULL) {
        descent_text_add(&c->text, ADD, c->name, type, type, word);
    }
}

static void put_adders(struct descent_c *c)
{
    char word[128];
    snprintf(word, sizeof word, "%s_bits_of(numbers[i])", c->name);
    put_add(c, "float", word);
    put_add(c, "int8_t", "(uint32_t)numbers[i]");
    put_add(c, "uint8_t", "(uint32_t)numbers[i]");
    put_add(c, "int32_t", "(uint32_t)numbers[i]");
}

/* What the samples are by the reference pass, or in bytes. */
static void compute(struct descent_c *c, float *features, float *outputs, float *answers)
{
    size_t inputs = descent_predictor_inputs(c->predictor);
    size_t width = descent_predictor_answers(c->predictor);
    bool bytes = descent_predictor_values(c->predictor) == DESCENT_VALUES_BYTES;
    for (size_t s = 0; s < SAMPLES && c->status == DESCENT_OK; s++) {
        descent_random random = descent_random_init(SEED, DESCENT_STREAM_USER, s);
        float *sample = features + s * inputs, *divided = features + SAMPLES * inputs;
        for (size_t i = 0; i < inputs; i++) {
            sample[i] = draw(c, &random, i);
            divided[i] = bytes ? sample[i] / 255.0f : sample[i];
        }
        c->status = c->int8 != NULL
                        ? descent_int8_outputs(c->int8, divided, 1, outputs + s * width)
                        : descent_predictor_reference(c->predictor, divided, outputs + s * width);
        descent_predictor_answer(c->predictor, outputs + s * width, answers + s * width);
    }
}

void descent_c_test(struct descent_c *c)
{
    size_t inputs = descent_predictor_inputs(c->predictor);
    size_t width = descent_predictor_answers(c->predictor);
    float *features = calloc((SAMPLES + 1) * inputs + 2 * SAMPLES * width, sizeof *features);
    c->text.failed = c->text.failed || features == NULL || c->sums.failed;
    if (c->text.failed) {
        free(features);
        return;
    }
    float *outputs = features + (SAMPLES + 1) * inputs, *answers = outputs + SAMPLES * width;
    compute(c, features, outputs, answers);
    descent_c_put(c, "\n#if defined @M_TEST\n/* Samples, and the bits of their outputs and of "
                     "their answers. */\nstatic const float @.samples");
    descent_text_add(&c->text, "[%zu] = {\n", SAMPLES * inputs);
    descent_c_floats(c, features, SAMPLES * inputs);
    descent_text_add(&c->text, "\n};\n\n");
    put_bits(c, "expected_outputs", outputs, SAMPLES * width);
    put_bits(c, "expected_answers", answers, SAMPLES * width);
    descent_c_put(c, BITS_OF);
    put_adders(c);
    descent_c_put(c, MAIN);
    descent_text_put(&c->text, c->sums.bytes, c->sums.size);
    descent_text_add(&c->text, "    wrong = sum != 0x%08xu;\n", (unsigned)c->sum);
    descent_c_put(c, SAMPLES_RUN);
    free(features);
}
