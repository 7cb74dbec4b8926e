/*
 * A trained network for programs without this library. Each function makes one whole file in
 * memory; the caller saves it (descent_file_save()) and frees it with free().
 */
#ifndef DESCENT_EXPORT_H
#define DESCENT_EXPORT_H

#include <descent/dataset.h>
#include <descent/predictor.h>
#include <descent/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

DESCENT_BEGIN

/* Parameters of a network that becomes C source, at most: it would be 48 MB of text. */
#define DESCENT_EXPORT_C_MAX ((size_t)4000000)

/*
 * A network in bytes, for processors without floats, or in a quarter of the room: weights of 8 bits
 * with a scale for each output, bytes between the layers, sums of 32 bits (Jacob et al., CVPR
 * 2018). Its hidden layers are whole numbers alone.
 */
typedef struct descent_int8 descent_int8;

/* Samples of the training data, drawn from all, whose values decide the ranges of the bytes. */
#define DESCENT_INT8_SAMPLES ((size_t)4096)

/* Rounds a predictor's network by what its layers make of training samples, with features as the
 * predictor's were. It proves of each output that no sum overflows, and refuses a network where one
 * might. The predictor must outlive it; the caller destroys it. Errors: INVALID (samples of another
 * size, sums that may overflow), MEMORY. */
DESCENT_API descent_status descent_int8_create(descent_int8 **int8,
                                               const descent_predictor *predictor,
                                               const descent_dataset *train);

/* Frees it; NULL is allowed. */
DESCENT_API void descent_int8_destroy(descent_int8 *int8);

/* The outputs as those of descent_predictor_outputs(), to the bits of exported C; a feature that is
 * no number counts as the least. One thread at a time. Errors: INVALID, MEMORY. */
DESCENT_API descent_status descent_int8_outputs(const descent_int8 *int8, const float *features,
                                                size_t n, float *outputs);

/* The largest magnitude that a sum of any layer can come to, below 2^31. */
DESCENT_API int64_t descent_int8_largest(const descent_int8 *int8);

typedef struct descent_export_c_config {
    const char *name;         /* what all names in the file begin with: an identifier of C */
    const char *about;        /* lines for the comment at the top, such as the command; or NULL */
    const descent_int8 *int8; /* of that predictor: in bytes; NULL: in floats */
} descent_export_c_config;

/*
 * A file of C99, which C++ compiles as well: NAME_run() answers as descent_predictor_run() does,
 * NAME_classify() says which class. It allocates nothing, keeps no state, and needs no library.
 * Its numbers are those of a predictor that computes by reference (descent_predictor_reference()),
 * or of the network in bytes, to the bit and on every machine whose float and double are those of
 * IEEE 754. Errors: INVALID (a name that is none, more than DESCENT_EXPORT_C_MAX parameters,
 * weights that are not finite), MEMORY.
 */
DESCENT_API descent_status descent_export_c(char **text, const descent_predictor *predictor,
                                            const descent_export_c_config *config);

/* The header of that file, with its declarations and sizes. Errors: INVALID, MEMORY. */
DESCENT_API descent_status descent_export_c_header(char **text, const descent_predictor *predictor,
                                                   const descent_export_c_config *config);

/* Bytes of the arrays that NAME_run() of that file has on the stack, for the predictor's network in
 * bytes where int8 is not NULL. */
DESCENT_API size_t descent_export_c_stack(const descent_predictor *predictor,
                                          const descent_int8 *int8);

/* Parameters of a network in a page, at most: it would be 22 MB of text. */
#define DESCENT_EXPORT_PAGE_MAX ((size_t)4000000)

/* Something that a page says of its network, such as {"Optimizer", "adamw"}. */
typedef struct descent_export_fact {
    const char *term;
    const char *text;
} descent_export_fact;

typedef struct descent_export_page_config {
    const char *title;
    size_t height, width, channels; /* of pictures; height 0: the network takes rows of numbers */
    bool as_mnist;       /* pictures are made by descent_picture_fit(), or else only resized */
    double black, white; /* what the darkest and the brightest pixel are to the network */
    const descent_export_fact *facts; /* [fact_count], shown in this order */
    size_t fact_count;
} descent_export_page_config;

/*
 * A page of HTML with the network inside, which needs nothing but a browser and loads nothing from
 * anywhere: a paper to draw on, which a picture may be laid on, or a form with a field for each
 * column; answers, what the network sees, the first layer's weights as pictures, and the facts. Its
 * numbers are those of a predictor that computes by reference, to the bit. Texts are UTF-8;
 * whatever stands in them is shown as it is. Errors: INVALID (more than DESCENT_EXPORT_PAGE_MAX
 * parameters, weights that are not finite, pictures of another size than the network's inputs),
 * MEMORY.
 */
DESCENT_API descent_status descent_export_page(char **html, const descent_predictor *predictor,
                                               const descent_export_page_config *config);

/*
 * A model of ONNX (onnx.ai; IR version 8, operators of version 17), for whatever runs these. Its
 * input is "features" [batch × inputs], which descent_predictor_run() takes: preparation, network,
 * and the way back to targets' units are inside. Its outputs are "logits" and "probabilities",
 * [batch × answers] each, or where answers are no probabilities "outputs": those of
 * descent_predictor_run(), but for rounding. Its metadata_props are network (as
 * descent_model_describe() has it), task (descent_task_name()), crc32 (of the weights,
 * descent_model_fingerprint()), and as far as the model's file has them class_names or target_names
 * (JSON), columns, input_shape, loss, training, data and validation_accuracy. The same model gives
 * the same bytes. Errors: INVALID (more parameters than 2 GB hold, which is the most that a reader
 * takes), MEMORY.
 */
DESCENT_API descent_status descent_export_onnx(unsigned char **bytes, size_t *size,
                                               const descent_predictor *predictor);

DESCENT_END

#endif
