/*
 * descent: a minimal trainer for dense neural networks. This header includes all the others; read
 * them in this order.
 *
 * Rules that hold for all of them:
 *
 * - A function that returns a status refuses NULL with DESCENT_ERROR_INVALID, unless its header
 *   allows it. Functions that return something else trust their arguments. Every function trusts
 *   that arrays are as long as its header says.
 * - Start a config from its *_DEFAULT, or from the function of that name, such as
 *   descent_fit_default(), so that fields of later versions are filled in.
 * - The caller owns every object that was created or loaded and destroys it once. An object's
 *   header says what it borrows from others; otherwise objects may be destroyed in any order.
 * - One thread at a time may use an object; different objects may be used side by side. Several
 *   threads may read a model, data set or preparation as long as none writes to it.
 * - Networks, trainers and loaders share the library's worker threads. Workers start with the first
 *   work, fall asleep a millisecond after the last, and serve one caller at a time; a second caller
 *   computes alone meanwhile, and so does every caller if the system gives no threads. The numbers
 *   are the same in all cases. Where the number of threads is left open (0), work is done on one
 *   while other work on the machine holds the others up. A forked process starts its own workers.
 * - Whatever is made to compute on DESCENT_ENGINE_BLAS, and a benchmark, sets OpenBLAS to one
 *   thread for the whole process. Setting it to more afterwards changes the rounding.
 */
#ifndef DESCENT_H
#define DESCENT_H

#include <descent/api.h>
#include <descent/status.h>

#include <descent/batch.h>
#include <descent/nearest.h>
#include <descent/random.h>

#include <descent/augment.h>
#include <descent/columns.h>
#include <descent/dataset.h>
#include <descent/images.h>
#include <descent/loader.h>
#include <descent/picture.h>
#include <descent/preparation.h>
#include <descent/rows.h>

#include <descent/activation.h>
#include <descent/engine.h>
#include <descent/loss.h>
#include <descent/model.h>
#include <descent/network.h>

#include <descent/curvature.h>
#include <descent/optimizer.h>
#include <descent/schedule.h>
#include <descent/trainer.h>

#include <descent/bench.h>

#include <descent/checkpoint.h>
#include <descent/file.h>
#include <descent/progress.h>
#include <descent/safetensors.h>

#include <descent/fit.h>

#include <descent/predictor.h>

#include <descent/export.h>

#endif
