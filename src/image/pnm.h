/*
 * Netpbm's pictures: PGM and PPM, with numbers as text or as bytes.
 */
#ifndef DESCENT_PNM_H
#define DESCENT_PNM_H

#include <descent/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether bytes start as such a file. */
bool descent_pnm_is(const unsigned char *bytes, size_t size);

struct descent_pnm {
    size_t height, width;
    size_t channels; /* 1 or 3 */
    size_t maximum;  /* what stands for white, up to 65535 */
    bool text;
    size_t start; /* of the samples in the file */
};

/* Reads the header. Error: FORMAT. */
descent_status descent_pnm_open(struct descent_pnm *pnm, const unsigned char *bytes, size_t size,
                                const char *name);

/* Reads all samples, height × width × channels, each scaled to 0 … 255. Error: FORMAT. */
descent_status descent_pnm_read(const struct descent_pnm *pnm, uint8_t *samples,
                                const unsigned char *bytes, size_t size, const char *name);

#endif
