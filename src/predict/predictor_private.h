/*
 * A predictor, and what its parts do.
 */
#ifndef DESCENT_PREDICTOR_PRIVATE_H
#define DESCENT_PREDICTOR_PRIVATE_H

#include <descent/network.h>
#include <descent/predictor.h>

struct descent_predictor {
    char *path; /* for messages */
    descent_model *model;
    descent_safetensors *file;
    descent_engine engine;
    bool by_reference; /* and not on the engine */
    /* Planned with the first samples, so that a file can be looked at for less. */
    descent_network *network; /* or, by reference, NULL */
    float *scratch;           /* by reference, [descent_model_scratch()] */
    float *prepared;          /* a batch's features [DESCENT_PREDICTOR_BATCH × inputs] */
    float *outputs;           /* and its outputs [DESCENT_PREDICTOR_BATCH × answers] */
    descent_task task;
    descent_loss loss;
    float *class_weights; /* what the loss points to, or NULL */
    size_t answers;
    char **names; /* [answers] */
    bool named;
    bool stopped; /* at a hidden layer: no targets to go back to */
    bool has_shape;
    descent_shape shape;
    descent_values values;
    descent_preparation *preparation;
    descent_columns *columns;
};

/* metadata.c: reads what the file says beside the weights. Errors: FORMAT, MEMORY. */
descent_status descent_predictor_read(descent_predictor *predictor);

/* Plans what a batch needs on its way, if that is still to do. Error: MEMORY. */
descent_status descent_predictor_plan(descent_predictor *predictor);

/* Makes room for the names of so many answers, each NULL; those before are freed. Error: MEMORY. */
descent_status descent_predictor_rename(descent_predictor *predictor, size_t answers);

#endif
