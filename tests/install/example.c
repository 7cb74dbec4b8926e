/*
 * A program that embeds the installed library: it knows nothing but <descent/…> and what pkg-config
 * says. A model goes through a file and a network, which takes every library that descent itself
 * depends on, so that a missing one shows when linking.
 */
#include <descent/descent.h>
#include <stdio.h>

/* Writes a model of zero weights whose last bias is ½. */
static descent_status write_model(const char *path)
{
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.layers = 2;
    config.sizes[0] = 4;
    config.sizes[1] = 3;
    config.sizes[2] = 2;
    config.init = DESCENT_INIT_ZEROS;

    descent_model *model = NULL;
    descent_status status = descent_model_create(&model, &config);
    if (status == DESCENT_OK) {
        descent_model_parameters(model)[descent_model_parameter_count(model) - 1] = 0.5F;
        status = descent_model_save(model, path, NULL, 0);
    }
    descent_model_destroy(model);
    return status;
}

int main(void)
{
    const float features[4] = {1.0F, 2.0F, 3.0F, 4.0F};
    float outputs[2] = {-1.0F, -1.0F};
    descent_model *model = NULL;
    descent_network *network = NULL;

    descent_status status = write_model("example.safetensors");
    if (status == DESCENT_OK) {
        status = descent_model_load(&model, NULL, "example.safetensors");
    }
    if (status == DESCENT_OK) {
        status = descent_network_create(&network, model, 1, 1);
    }
    if (status == DESCENT_OK) {
        status = descent_network_forward(network, features, 1, outputs);
    }
    if (status != DESCENT_OK) {
        fprintf(stderr, "%s\n", descent_last_error());
    }
    descent_network_destroy(network);
    descent_model_destroy(model);

    /* Zero weights let nothing through but the last bias. */
    printf("%g %g\n", (double)outputs[0], (double)outputs[1]);
    return status == DESCENT_OK ? 0 : 1;
}
