#include <descent/descent.h>
#include <stdio.h>

int main(void)
{
    const descent_source training = {.part = DESCENT_PART_TRAIN};
    const descent_source testing = {.part = DESCENT_PART_TEST};
    descent_dataset *train, *test;
    if (descent_dataset_load(&train, "data/digits", &training) != DESCENT_OK ||
        descent_dataset_load(&test, "data/digits", &testing) != DESCENT_OK)
        return fprintf(stderr, "%s\n", descent_last_error()), 1;

    descent_model_config sizes = DESCENT_MODEL_DEFAULT;
    sizes.layers = 2, sizes.sizes[0] = 64, sizes.sizes[1] = 128, sizes.sizes[2] = 10;
    descent_model *model;
    descent_model_create(&model, &sizes);
    descent_trainer *trainer;
    descent_trainer_create(&trainer, model, &(descent_trainer_config)DESCENT_TRAINER_DEFAULT);
    descent_loader *batches, *questions;
    descent_loader_create(&batches, train, &(descent_loader_config)DESCENT_LOADER_DEFAULT);
    descent_loader_create(&questions, test, &(descent_loader_config)DESCENT_LOADER_DEFAULT);

    descent_batch batch;
    for (unsigned epoch = 0; epoch < 60; epoch++)
        for (descent_loader_shuffle(batches, epoch); descent_loader_next(batches, &batch);)
            descent_trainer_step(trainer, &batch, 0.1, NULL);

    descent_metrics metrics = {0};
    while (descent_loader_next(questions, &batch))
        descent_trainer_evaluate(trainer, &batch, &metrics);
    printf("%zu of %zu digits right\n", metrics.correct, metrics.samples);

    descent_trainer_save(trainer, model);
    int failed = descent_model_save(model, "digits.safetensors", NULL, 0) != DESCENT_OK;
    descent_trainer_destroy(trainer), descent_model_destroy(model);
    descent_loader_destroy(batches), descent_loader_destroy(questions);
    descent_dataset_destroy(train), descent_dataset_destroy(test);
    return failed;
}
