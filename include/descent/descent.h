/*
 * descent: a minimal trainer for dense neural networks. This header includes all the others; read
 * them in this order.
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
#include <descent/safetensors.h>

#endif
