/*
 * The two files of a run, both safetensors.
 *
 * A model file holds the weights and nothing else, under the names that PyTorch's nn.Sequential
 * gives them (0.weight, 0.bias, 2.weight, …: indices count activations), so that
 * load_state_dict(load_file(path)) works without changes. Its metadata hold the architecture and
 * the caller's entries: input shape, class names, training summary.
 *
 * A checkpoint holds everything needed to resume: a resumed run gives the same bytes as an
 * uninterrupted one.
 */
#ifndef DESCENT_CHECKPOINT_H
#define DESCENT_CHECKPOINT_H

#include <descent/model.h>
#include <descent/progress.h>
#include <descent/safetensors.h>
#include <descent/schedule.h>
#include <descent/trainer.h>

DESCENT_BEGIN

/*
 * Writes a model file, atomically. Its own metadata entries come first: format ("pt"), descent (the
 * version), layers ("784-128-10"), activation, output_activation, crc32 (of the tensor bytes, 8 hex
 * digits); then the caller's; then header_crc32 (of all that the header says; the exact bytes are
 * in models/README.md). The activation of the last layer is part of the architecture but has
 * no tensor. Errors: INVALID (one of the caller's keys is one of these), IO, MEMORY.
 */
DESCENT_API descent_status descent_model_save(const descent_model *model, const char *path,
                                              const descent_metadata *metadata,
                                              size_t metadata_count);

/*
 * Reads a model file: one that descent_model_save() wrote, or any safetensors file of dense layers,
 * NAME.weight [out × in] and NAME.bias [out] with matching shapes, in F32, F64, F16 or BF16. The
 * layers' order is that of a number in their names, which may stand anywhere (0, model.0, fc1), or
 * without numbers the only one in which their shapes fit. Tensors of other names belong to no layer
 * and are left aside. Without metadata the hidden activation is assumed to be relu. A checksum is
 * verified if the file has one; files of earlier versions have none of the header. file, if not
 * NULL, gets the file with its other metadata, but without the tensors' data, which are NULL: the
 * model has them, and nothing is held twice. The caller destroys both. Errors as
 * descent_safetensors_load(), and FORMAT if tensors and architecture disagree, their order is
 * unclear, or the file is a checkpoint.
 */
DESCENT_API descent_status descent_model_load(descent_model **model, descent_safetensors **file,
                                              const char *path);

/*
 * The same without a file, for programs that keep models elsewhere: in a database, a message, an
 * array in their source. Encoding gives the bytes that descent_model_save() would write, in a new
 * buffer that the caller frees with free(); errors as there, without IO. Decoding takes them, or
 * those of any file that descent_model_load() reads, copies what it keeps, and fails as that does,
 * without NOT_FOUND and IO; "model in memory" stands for the path. On failure the results are NULL
 * and 0. descent_predictor_decode() makes a predictor of them.
 */
DESCENT_API descent_status descent_model_encode(unsigned char **bytes, size_t *size,
                                                const descent_model *model,
                                                const descent_metadata *metadata,
                                                size_t metadata_count);
DESCENT_API descent_status descent_model_decode(descent_model **model, descent_safetensors **file,
                                                const void *bytes, size_t size);

/* Writes what a user should know of how descent_model_load() found a file's layers, in one line:
 * their names, where the shapes gave the order, and the tensors that were left aside. "" where
 * there is nothing to say; cut to size bytes including the final NUL. */
DESCENT_API void descent_model_describe_import(const descent_safetensors *file, char *text,
                                               size_t size);

/* The weights' fingerprint: the CRC-32 (zlib's) of the parameters in the order of a model file. */
DESCENT_API uint32_t descent_model_fingerprint(const descent_model *model);

/* Writes a checkpoint, atomically: the trainer's parameters, optimizer state and step count, the
 * best weights, the schedule with its state, the progress, and the configuration as the caller's
 * text. model only gives the architecture, which must be the trainer's. Any of best, schedule,
 * progress and config may be NULL: no best weights, the two defaults, no text. Errors: MISMATCH
 * (model; names both), INVALID (best of another architecture, a schedule that does not pass
 * descent_schedule_check(), text that is not UTF-8), IO, MEMORY. */
DESCENT_API descent_status descent_checkpoint_save(const char *path, const descent_trainer *trainer,
                                                   const descent_model *model,
                                                   const descent_model *best,
                                                   const descent_schedule *schedule,
                                                   const descent_progress *progress,
                                                   const char *config);

typedef struct descent_checkpoint descent_checkpoint;

/* Reads and verifies a checkpoint. The caller destroys it. Errors as descent_model_load(). */
DESCENT_API descent_status descent_checkpoint_load(descent_checkpoint **checkpoint,
                                                   const char *path);

/* Frees a checkpoint; NULL is allowed. */
DESCENT_API void descent_checkpoint_destroy(descent_checkpoint *checkpoint);

/* Its contents, borrowed: the last weights, the best ones (NULL if none were saved), the schedule,
 * the progress, the steps done, and the caller's text. */
DESCENT_API const descent_model *descent_checkpoint_model(const descent_checkpoint *checkpoint);
DESCENT_API const descent_model *descent_checkpoint_best(const descent_checkpoint *checkpoint);
DESCENT_API const descent_schedule *
descent_checkpoint_schedule(const descent_checkpoint *checkpoint);
DESCENT_API const descent_progress *
descent_checkpoint_progress(const descent_checkpoint *checkpoint);
DESCENT_API uint64_t descent_checkpoint_steps(const descent_checkpoint *checkpoint);
DESCENT_API const char *descent_checkpoint_config(const descent_checkpoint *checkpoint);

/* Whether the file had a checksum of its header, as those of earlier versions did not: a damaged
 * bit there is not known of. */
DESCENT_API bool descent_checkpoint_is_sealed(const descent_checkpoint *checkpoint);

/* Puts parameters, optimizer state and step count into a trainer of the same architecture and
 * optimizer. Error: MISMATCH (names both); the trainer is then unchanged. */
DESCENT_API descent_status descent_checkpoint_restore(const descent_checkpoint *checkpoint,
                                                      descent_trainer *trainer);

DESCENT_END

#endif
