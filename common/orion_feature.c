// SPDX-License-Identifier: GPL-2.0-only
/*
 * Features that need other features (VIRTIO 1.3, 2.2.1 and "Feature bit
 * requirements" of each device type), and the one log line that says what was
 * negotiated.
 */

#include <linux/device.h>
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>

#include "orion_feature.h"
#include "orion_namespace.h"

/* Room for all names of the longest table, the network device's; fits a log line. */
#define ORION_FEATURE_LINE	900

/**
 * orion_feature_has() - was this bit offered and accepted?
 * @vdev: device, in its driver's validate() or later
 * @bit: any bit number; one that this kernel cannot express is never there
 *
 * Return: true if it was.
 */
bool orion_feature_has(const struct virtio_device *vdev, unsigned int bit)
{
	return bit < VIRTIO_FEATURES_BITS && __virtio_test_bit(vdev, bit);
}
EXPORT_SYMBOL_NS_GPL(orion_feature_has, ORION_COMMON_NS);

static bool orion_feature_met(const struct virtio_device *vdev,
			      const struct orion_feature_need *need)
{
	unsigned int bit;

	for (bit = 0; bit < 64; bit++) {
		if (need->any_of & BIT_ULL(bit) && orion_feature_has(vdev, bit))
			return true;
		if (need->any_of_wide & BIT_ULL(bit) &&
		    orion_feature_has(vdev, bit + 64))
			return true;
	}

	return false;
}

/* One pass over the table; returns how many bits it cleared. */
static unsigned int orion_feature_pass(struct virtio_device *vdev,
				       const struct orion_feature_need *needs,
				       unsigned int count)
{
	unsigned int cleared = 0;
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (!orion_feature_has(vdev, needs[i].bit) ||
		    orion_feature_met(vdev, &needs[i]))
			continue;

		dev_warn(&vdev->dev,
			 "feature %u offered without what it needs, not used\n",
			 needs[i].bit);
		__virtio_clear_bit(vdev, needs[i].bit);
		cleared++;
	}

	return cleared;
}

/**
 * orion_feature_resolve() - give up features whose needs are not offered
 * @vdev: device, in its driver's validate()
 * @needs: table of needs
 * @count: rows of @needs
 *
 * Repeats until nothing changes, so a row may name a bit that another clears.
 * Each bit given up is said once.
 *
 * Return: number of bits given up.
 */
unsigned int orion_feature_resolve(struct virtio_device *vdev,
				   const struct orion_feature_need *needs,
				   unsigned int count)
{
	unsigned int total = 0;
	unsigned int cleared;

	do {
		cleared = orion_feature_pass(vdev, needs, count);
		total += cleared;
	} while (cleared);

	return total;
}
EXPORT_SYMBOL_NS_GPL(orion_feature_resolve, ORION_COMMON_NS);

/**
 * orion_feature_log() - say in one line which features are in use
 * @vdev: device after feature negotiation
 * @names: table of names; bits without a name are not shown
 * @count: rows of @names
 */
void orion_feature_log(const struct virtio_device *vdev,
		       const struct orion_feature_name *names,
		       unsigned int count)
{
	unsigned int len = 0;
	unsigned int i;
	char *line;

	line = kzalloc(ORION_FEATURE_LINE, GFP_KERNEL);
	if (!line)
		return;

	for (i = 0; i < count; i++)
		if (orion_feature_has(vdev, names[i].bit))
			len += scnprintf(line + len, ORION_FEATURE_LINE - len,
					 " %s", names[i].name);

	dev_info(&vdev->dev, "features:%s\n", len ? line : " none");
	kfree(line);
}
EXPORT_SYMBOL_NS_GPL(orion_feature_log, ORION_COMMON_NS);
