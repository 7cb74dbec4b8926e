/*
 * descent: a minimal trainer for dense neural networks. This header includes all the others; read
 * them in this order.
 *
 * What holds for all of them:
 *
 * - A function that returns a status refuses NULL, where its header does not allow it, with
 *   DESCENT_ERROR_INVALID. The others trust their arguments, and so do all in that arrays are as
 *   long as the header says.
 * - Of a value struct, start from its *_DEFAULT, so that fields of later versions are filled in.
 * - What is created or loaded belongs to the caller, who destroys it once. What an object borrows
 *   from another, its header says; all else may be destroyed in any order.
 * - An object may be used by one thread at a time, different ones by different threads at the same
 *   time. Models, data sets and preparations may be read by several, but not while somebody writes.
 * - Networks, trainers and loaders share threads that stay for the process. They start when there
 *   is work for them, sleep a millisecond after it, and serve one caller at a time: another one
 *   works alone meanwhile, as where the system gives no threads; the numbers stay the same. A
 *   forked process starts its own.
 * - Creating a network or a trainer sets OpenBLAS to one thread, for the whole process. Whoever
 * sets it to more afterwards, gets other rounding.
 */
#ifndef DESCENT_H
#define DESCENT_H

#include <descent/api.h>
#include <descent/status.h>

#include <descent/batch.h>
#include <descent/random.h>

#include <descent/augment.h>
#include <descent/dataset.h>
#include <descent/images.h>
#include <descent/loader.h>
#include <descent/picture.h>
#include <descent/preparation.h>
#include <descent/rows.h>

#include <descent/activation.h>
#include <descent/loss.h>
#include <descent/model.h>
#include <descent/network.h>

#include <descent/optimizer.h>
#include <descent/schedule.h>
#include <descent/trainer.h>

#include <descent/bench.h>

#include <descent/checkpoint.h>
#include <descent/file.h>
#include <descent/progress.h>
#include <descent/safetensors.h>

#include <descent/fit.h>

#endif
