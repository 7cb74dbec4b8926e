/*
 * What decides the bits of a trained model, beside its matrix products: one and the same CRC-32 of
 * its results for every compiler, every level of optimisation and every set of instructions. The
 * numbers were made by gcc 12 on x86-64; where a function is changed on purpose, so that its bits
 * change, what this program prints is the new number.
 */
#include "compute/activation_private.h"
#include "compute/dropout.h"
#include "compute/loss_private.h"
#include "data/augment.h"

#include <descent/model.h>
#include <descent/optimizer.h>
#include <descent/random.h>
#include <descent/schedule.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

enum { COUNT = 333, SIDE = 13, SKIPPED = 77 };

static uLong hash(uLong crc, const void *bytes, size_t size)
{
    return crc32(crc, bytes, (uInt)size);
}

static void require(bool held, const char *what)
{
    if (!held) {
        fprintf(stderr, "%s: failed: %s\n", what, descent_last_error());
        exit(EXIT_FAILURE);
    }
}

/* Normal numbers, so that these are tested as well. */
static void fill(float *values, size_t count, double deviation, uint64_t index)
{
    descent_random random = descent_random_init(5, DESCENT_STREAM_USER, index);
    for (size_t i = 0; i < count; i++) {
        values[i] = (float)(deviation * descent_random_normal(&random));
    }
}

static uLong initial_weights(uLong crc)
{
    for (int init = 0; init < DESCENT_INIT_COUNT; init++) {
        descent_model_config config = DESCENT_MODEL_DEFAULT;
        config.layers = 2;
        config.sizes[0] = 37;
        config.sizes[1] = 19;
        config.sizes[2] = 5;
        config.init = (descent_init)init;
        config.seed = 9;
        config.bias_deviation = 0.1;
        descent_model *model;
        require(descent_model_create(&model, &config) == DESCENT_OK, "model");
        crc = hash(crc, descent_model_parameters(model),
                   descent_model_parameter_count(model) * sizeof(float));
        descent_model_destroy(model);
    }
    return crc;
}

static uLong augmented_images(uLong crc)
{
    descent_augment augment;
    struct descent_augment_plan plan;
    const descent_shape shape = {.rank = 2, .sizes = {SIDE, SIDE}};
    require(descent_augment_init(&augment, "shift=2,rotate=30,scale=0.2,shear=0.1,elastic=20:3,"
                                           "noise=0.05") == DESCENT_OK &&
                descent_augment_plan_init(&plan, &augment, &shape, true) == DESCENT_OK,
            "augmentation");
    float *scratch = calloc(plan.scratch_size, sizeof *scratch);
    require(scratch != NULL, "memory");
    for (uint64_t i = 0; i < 50; i++) {
        float image[SIDE * SIDE];
        for (size_t k = 0; k < SIDE * SIDE; k++) {
            image[k] = (float)(k * 7 % 256) / 255.0f;
        }
        descent_augment_apply(&plan, (struct descent_augment_key){3, i / 10, i}, scratch, image);
        crc = hash(crc, image, sizeof image);
    }
    free(scratch);
    return crc;
}

static uLong activations(uLong crc)
{
    float z[COUNT], a[COUNT], bias[COUNT], delta[COUNT];
    for (int kind = 0; kind < DESCENT_ACTIVATION_COUNT; kind++) {
        const struct descent_elementwise *act = descent_elementwise_of((descent_activation)kind);
        fill(z, COUNT, 3.0, 1);
        fill(bias, COUNT, 1.0, 2);
        fill(delta, COUNT, 1.0, 3);
        float *output = act->from_input ? a : z;
        act->forward(1, COUNT, COUNT, bias, z, output);
        act->backward(1, COUNT, COUNT, z, delta);
        crc = hash(hash(crc, output, sizeof a), delta, sizeof delta);
    }
    return crc;
}

static uLong loss_of(uLong crc, const descent_loss *loss, size_t rows, size_t outputs)
{
    float y[COUNT], delta[COUNT];
    int32_t labels[COUNT];
    fill(y, rows * outputs, 4.0, 4);
    for (size_t i = 0; i < rows; i++) {
        labels[i] = (int32_t)(i * 3 % outputs);
    }
    descent_batch batch = {.labels = labels, .n = rows};
    struct descent_layout layout = descent_layout_rows(outputs);
    descent_metrics metrics = {0};
    descent_loss_rows(loss, &batch, (struct descent_span){0, rows}, &layout, y, 0.125f, delta, NULL,
                      &metrics);
    crc = hash(crc, delta, rows * outputs * sizeof *delta);
    return hash(crc, &metrics.loss_sum, sizeof metrics.loss_sum);
}

static uLong losses(uLong crc)
{
    static const size_t outputs[] = {2, 10, 16, 37};
    for (int kind = 0; kind < DESCENT_LOSS_COUNT; kind++) {
        for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
            bool smooth = kind == DESCENT_LOSS_CROSS_ENTROPY && i % 2 == 1;
            descent_loss loss = {.kind = (descent_loss_kind)kind,
                                 .label_smoothing = smooth ? 0.1 : 0.0};
            crc = loss_of(crc, &loss, 9, outputs[i]);
        }
    }
    return crc;
}

static uLong dropout(uLong crc)
{
    float from[COUNT], to[COUNT];
    const struct descent_layout layout = descent_layout_rows(37);
    fill(from, COUNT, 1.0, 6);
    for (uint64_t step = 0; step < 20; step++) {
        struct descent_dropout masks = descent_dropout_init(0.3, 2, step, 1, 0);
        descent_dropout_apply(&masks, &layout, (struct descent_span){0, 9},
                              (struct descent_span){0, 37}, from, to);
        crc = hash(crc, to, sizeof to);
    }
    return crc;
}

static uLong optimizers(uLong crc)
{
    for (int kind = 0; kind < DESCENT_OPTIMIZER_COUNT; kind++) {
        descent_optimizer optimizer = DESCENT_OPTIMIZER_DEFAULT;
        float parameters[COUNT], gradients[COUNT], state[2 * COUNT] = {0};
        double exact[3] = {1, 2, 3}, slopes[3] = {0.3, -0.2, 0.7}, memory[6] = {0};
        optimizer.kind = (descent_optimizer_kind)kind;
        optimizer.momentum = kind == DESCENT_OPTIMIZER_SGD ? 0.9 : 0.0;
        optimizer.weight_decay = 0.01;
        fill(parameters, COUNT, 1.0, 7);
        for (uint64_t step = 1; step <= 40; step++) {
            fill(gradients, COUNT, 0.1, step + 10);
            descent_optimizer_step(&optimizer, COUNT, parameters, gradients, state, 0.01, step);
            descent_optimizer_step_double(&optimizer, 3, exact, slopes, memory, 0.01, step);
        }
        crc = hash(hash(crc, parameters, sizeof parameters), exact, sizeof exact);
    }
    return crc;
}

static uLong schedules(uLong crc)
{
    for (int kind = 0; kind < DESCENT_SCHEDULE_COUNT; kind++) {
        descent_schedule schedule = DESCENT_SCHEDULE_DEFAULT;
        schedule.kind = (descent_schedule_kind)kind;
        schedule.lr = 0.3;
        schedule.period = 0;
        schedule.gamma = 0.0;
        schedule = descent_schedule_over(&schedule, 1000);
        schedule.warmup = 7;
        require(descent_schedule_check(&schedule) == DESCENT_OK, "schedule");
        for (uint64_t step = 0; step < 1000; step++) {
            double rate = descent_schedule_evaluate(&schedule, step);
            crc = hash(crc, &rate, sizeof rate);
        }
    }
    return crc;
}

static const struct {
    const char *name;
    uLong (*results)(uLong crc);
    uLong expected;
} parts[] = {
    {"initial weights", initial_weights, 0x25600A39},
    {"augmented images", augmented_images, 0x9253DD94},
    {"activations", activations, 0x883E38E1},
    {"losses", losses, 0x9EE9AEC3},
    {"dropout", dropout, 0x8BCE5506},
    {"optimizers", optimizers, 0x13083F39},
    {"schedules", schedules, 0x8D969311},
};

int main(void)
{
#ifdef BITS_INSTRUCTIONS
    __builtin_cpu_init();
    if (!__builtin_cpu_supports(BITS_INSTRUCTIONS)) {
        return SKIPPED;
    }
#endif
    int status = EXIT_SUCCESS;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        uLong found = parts[i].results(crc32(0, NULL, 0));
        if (found != parts[i].expected) {
            printf("%s: expected CRC-32 %08lX, found %08lX\n", parts[i].name, parts[i].expected,
                   found);
            status = EXIT_FAILURE;
        }
    }
    return status;
}
