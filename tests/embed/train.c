#include <descent/descent.h>
#include <stdio.h>

int main(void)
{
    descent_source training = descent_source_default(), testing = descent_source_default();
    testing.part = DESCENT_PART_TEST;
    descent_dataset *all, *train, *validation, *test;
    if (descent_dataset_load(&all, "data/digits", &training) != DESCENT_OK ||
        descent_dataset_load(&test, "data/digits", &testing) != DESCENT_OK ||
        descent_dataset_split(&train, &validation, all, 0.1, 1) != DESCENT_OK)
        return fprintf(stderr, "%s\n", descent_last_error()), 1;

    descent_model_config sizes = descent_model_default();
    sizes.layers = 2, sizes.sizes[0] = 64, sizes.sizes[1] = 128, sizes.sizes[2] = 10;
    descent_model *model;
    descent_model_create(&model, &sizes);

    descent_fit_config config = descent_fit_default();
    config.epochs = 60, config.patience = 10;
    descent_fit *fit;
    descent_fit_create(&fit, model, train, validation, &config);
    if (descent_fit_run(fit, "digits.checkpoint") != DESCENT_OK) /* resumes an interrupted run */
        return fprintf(stderr, "%s\n", descent_last_error()), 1;

    descent_metrics metrics = {0};
    descent_fit_evaluate(fit, descent_fit_best(fit), test, &metrics);
    printf("%zu of %zu digits right\n", metrics.correct, metrics.samples);
    int failed = descent_model_save(descent_fit_best(fit), "digits.safetensors", NULL, 0);

    descent_fit_destroy(fit), descent_model_destroy(model);
    descent_dataset_destroy(train), descent_dataset_destroy(validation);
    descent_dataset_destroy(all), descent_dataset_destroy(test);
    return failed != 0;
}
