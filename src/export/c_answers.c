/*
 * From outputs to answers, as src/predict/answers.c does it.
 */
#include "export/c_private.h"

static bool is_one_of_two(const struct descent_c *c)
{
    return descent_model_outputs(c->model) < descent_predictor_answers(c->predictor);
}

static const char SOFTMAX[] =
    "    double e[@M_ANSWERS], largest, sum = 0.0;\n"
    "    @.outputs(x, outputs);\n"
    "    largest = (double)outputs[0];\n"
    "    for (i = 1; i < @M_ANSWERS; i++) {\n"
    "        largest = (double)outputs[i] > largest ? (double)outputs[i] : largest;\n"
    "    }\n"
    "    for (i = 0; i < @M_ANSWERS; i++) {\n"
    "        e[i] = @.exp_anywhere((double)outputs[i] - largest);\n"
    "        sum = sum + e[i];\n"
    "    }\n"
    "    for (i = 0; i < @M_ANSWERS; i++) {\n"
    "        y[i] = (float)(e[i] / sum);\n"
    "    }\n";

static const char SIGMOIDS[] =
    "    @.outputs(x, outputs);\n"
    "    for (i = 0; i < @M_ANSWERS; i++) {\n"
    "        y[i] = (float)(1.0 / (1.0 + @.exp_anywhere(-(double)outputs[i])));\n"
    "    }\n";

static const char CLASSIFY[] = "\n"
                               "int @.classify(const float *x)\n"
                               "{\n"
                               "    float outputs[@M_ANSWERS];\n"
                               "    int i, best = 0, numbers = 1;\n"
                               "    @.outputs(x, outputs);\n"
                               "    for (i = 0; i < @M_ANSWERS; i++) {\n"
                               "        best = outputs[i] > outputs[best] ? i : best;\n"
                               "        numbers = numbers && outputs[i] == outputs[i];\n"
                               "    }\n"
                               "    return numbers ? best : -1;\n"
                               "}\n";

/* Logits, of one output those of both classes, or numbers in the targets' units. */
static void put_outputs(struct descent_c *c)
{
    const descent_preparation *preparation = descent_predictor_preparation(c->predictor);
    bool undoes = descent_predictor_task(c->predictor) == DESCENT_TASK_NUMBERS &&
                  preparation != NULL && descent_preparation_outputs(preparation) > 0 &&
                  !descent_predictor_is_stopped(c->predictor);
    if (undoes) {
        size_t count = descent_preparation_outputs(preparation);
        descent_c_array(c, "target_mean", 0, descent_preparation_target_mean(preparation), count);
        descent_c_array(c, "target_deviation", 0, descent_preparation_target_deviation(preparation),
                        count);
    }
    descent_c_put(c, "static void @.outputs(const float *x, float *y)\n{\n");
    descent_c_put(c, undoes ? "    int i;\n" : "");
    descent_c_put(c, "    @.network(x, y);\n");
    descent_c_put(c, is_one_of_two(c) ? "    y[1] = y[0];\n    y[0] = -y[0];\n" : "");
    descent_c_put(c, undoes ? "    for (i = 0; i < @M_ANSWERS; i++) {\n        y[i] = y[i] * "
                              "@.target_deviation[i] + @.target_mean[i];\n    }\n"
                            : "");
    descent_c_put(c, "}\n\n");
}

void descent_c_answers(struct descent_c *c)
{
    bool softmax = descent_predictor_loss(c->predictor)->kind == DESCENT_LOSS_CROSS_ENTROPY;
    put_outputs(c);
    descent_c_put(c, "void @.run(const float *x, float *y)\n{\n");
    if (descent_predictor_gives_probabilities(c->predictor)) {
        descent_c_put(c, "    float outputs[@M_ANSWERS];\n    int i;\n");
        descent_c_put(c, softmax ? SOFTMAX : SIGMOIDS);
    } else {
        descent_c_put(c, "    @.outputs(x, y);\n");
    }
    descent_c_put(c, "}\n");
    if (descent_predictor_task(c->predictor) == DESCENT_TASK_CLASSES) {
        descent_c_put(c, CLASSIFY);
    }
}
