// SPDX-License-Identifier: GPL-2.0-only
/*
 * Outputs: what the host wants of its scanouts, and what programs see of it.
 *
 * The host's wishes are fetched into memory of our own and published under
 * &drm_mode_config.mutex, where DRM asks for them.
 */

#include <linux/slab.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>

#include <drm/drm_atomic_helper.h>
#include <drm/drm_atomic_state_helper.h>
#include <drm/drm_connector.h>
#include <drm/drm_edid.h>
#include <drm/drm_encoder.h>
#include <drm/drm_managed.h>
#include <drm/drm_modes.h>
#include <drm/drm_print.h>
#include <drm/drm_probe_helper.h>
#include <drm/drm_property.h>

#include "ovgpu.h"

/* What a monitor is taken for of which the host tells nothing. */
#define OVGPU_OUTPUT_WIDTH	1024
#define OVGPU_OUTPUT_HEIGHT	768
#define OVGPU_OUTPUT_HZ		60
/* The largest mode that is offered without having been asked for. */
#define OVGPU_OUTPUT_WIDTH_MAX	3840
#define OVGPU_OUTPUT_HEIGHT_MAX	2160
/* Changes that come faster than they are fetched are seen this often in turn. */
#define OVGPU_OUTPUT_ROUNDS	16

/**
 * struct ovgpu_fetched - the host's wishes, not yet published
 * @display: of each scanout
 * @edid: of each scanout
 */
struct ovgpu_fetched {
	struct ovgpu_display display[VIRTIO_GPU_MAX_SCANOUTS];
	struct ovgpu_edid edid[VIRTIO_GPU_MAX_SCANOUTS];
};

static struct ovgpu_output *ovgpu_output_of(struct drm_connector *connector)
{
	return container_of(connector, struct ovgpu_output, connector);
}

/* A size is a wish; one that cannot be met is no wish. */
static void ovgpu_output_bound(struct ovgpu_display *display)
{
	if (display->width < OVGPU_KMS_SIZE_MIN ||
	    display->width > OVGPU_KMS_SIZE_MAX ||
	    display->height < OVGPU_KMS_SIZE_MIN ||
	    display->height > OVGPU_KMS_SIZE_MAX) {
		display->width = 0;
		display->height = 0;
	}
}

static enum drm_connector_status
ovgpu_output_detect(struct drm_connector *connector, bool force)
{
	return ovgpu_output_of(connector)->display.enabled ?
		connector_status_connected : connector_status_disconnected;
}

static bool ovgpu_output_has_mode(struct drm_connector *connector, u32 width,
				  u32 height)
{
	const struct drm_display_mode *mode;

	list_for_each_entry(mode, &connector->probed_modes, head)
		if (mode->hdisplay == width && mode->vdisplay == height)
			return true;

	return false;
}

/* The size of the host's window, exactly, whatever a formula rounds it to. */
static int ovgpu_output_add_wish(struct drm_connector *connector, u32 width,
				 u32 height)
{
	struct drm_display_mode *mode;

	mode = drm_cvt_mode(connector->dev, round_up(width, 8), height,
			    OVGPU_OUTPUT_HZ, false, false, false);
	if (!mode)
		return 0;

	mode->hdisplay = width;
	mode->type |= DRM_MODE_TYPE_PREFERRED;
	drm_mode_set_name(mode);
	drm_mode_probed_add(connector, mode);
	return 1;
}

/* A user may have put another EDID in place of the host's. */
static bool ovgpu_output_is_hosts(const struct ovgpu_output *output,
				  const struct drm_edid *edid)
{
	const struct edid *raw = drm_edid_raw(edid);

	return !raw || !memcmp(raw, output->edid.data, OVGPU_EDID_BLOCK);
}

static int ovgpu_output_get_modes(struct drm_connector *connector)
{
	struct ovgpu_output *output = ovgpu_output_of(connector);
	u32 width = output->display.width ?: OVGPU_OUTPUT_WIDTH;
	u32 height = output->display.height ?: OVGPU_OUTPUT_HEIGHT;
	const struct drm_edid *edid;
	bool hosts;
	int count;

	edid = drm_edid_read_custom(connector, ovgpu_edid_read_block,
				    &output->edid);
	drm_edid_connector_update(connector, edid);
	count = drm_edid_connector_add_modes(connector);
	hosts = ovgpu_output_is_hosts(output, edid);
	drm_edid_free(edid);

	/* Who asked for that monitor does not want the host's window instead. */
	if (count && !hosts)
		return count;
	if (!count)
		count = drm_add_modes_noedid(connector, OVGPU_OUTPUT_WIDTH_MAX,
					     OVGPU_OUTPUT_HEIGHT_MAX);
	else if (!output->display.width)
		return count;

	if (ovgpu_output_has_mode(connector, width, height))
		drm_set_preferred_mode(connector, width, height);
	else
		count += ovgpu_output_add_wish(connector, width, height);

	return count;
}

static const struct drm_connector_helper_funcs ovgpu_output_helper_funcs = {
	.get_modes	= ovgpu_output_get_modes,
};

static const struct drm_connector_funcs ovgpu_output_funcs = {
	.reset			= drm_atomic_helper_connector_reset,
	.detect			= ovgpu_output_detect,
	.fill_modes		= drm_helper_probe_single_connector_modes,
	.atomic_duplicate_state	= drm_atomic_helper_connector_duplicate_state,
	.atomic_destroy_state	= drm_atomic_helper_connector_destroy_state,
};

/**
 * ovgpu_output_create_properties() - make what all connectors have
 * @ovgpu: device
 *
 * With these, desktops place and resize their screens as the host's windows.
 *
 * Return: 0 or -ENOMEM.
 */
int ovgpu_output_create_properties(struct ovgpu *ovgpu)
{
	struct drm_device *drm = ovgpu->drm;
	int err;

	err = drm_mode_create_suggested_offset_properties(drm);
	if (err)
		return err;

	ovgpu->kms.hotplug_mode_update =
		drm_property_create_range(drm, DRM_MODE_PROP_IMMUTABLE,
					  "hotplug_mode_update", 0, 1);
	return ovgpu->kms.hotplug_mode_update ? 0 : -ENOMEM;
}

static int ovgpu_output_connector_init(struct ovgpu_output *output)
{
	struct drm_connector *connector = &output->connector;
	struct drm_device *drm = output->ovgpu->drm;
	struct drm_mode_config *config = &drm->mode_config;
	int err;

	err = drmm_connector_init(drm, connector, &ovgpu_output_funcs,
				  DRM_MODE_CONNECTOR_VIRTUAL, NULL);
	if (err)
		return err;

	drm_connector_helper_add(connector, &ovgpu_output_helper_funcs);
	connector->polled = DRM_CONNECTOR_POLL_HPD;
	drm_connector_attach_edid_property(connector);
	drm_object_attach_property(&connector->base,
				   config->suggested_x_property,
				   output->display.x);
	drm_object_attach_property(&connector->base,
				   config->suggested_y_property,
				   output->display.y);
	drm_object_attach_property(&connector->base,
				   output->ovgpu->kms.hotplug_mode_update, 1);
	return drm_connector_attach_encoder(connector, &output->encoder);
}

static void ovgpu_output_refused_work(struct work_struct *work)
{
	struct ovgpu_output *output =
		container_of(work, struct ovgpu_output, refused);

	drm_connector_set_link_status_property(&output->connector,
					       DRM_MODE_LINK_STATUS_BAD);
	drm_kms_helper_connector_hotplug_event(&output->connector);
}

/**
 * ovgpu_output_refused() - the host did not show a picture
 * @output: scanout
 *
 * The commit has long returned. So the connector's link is called bad, which
 * programs know to answer with another mode.
 *
 * Context: Any.
 */
void ovgpu_output_refused(struct ovgpu_output *output)
{
	schedule_work(&output->refused);
}

/**
 * ovgpu_output_stop() - tell programs nothing more
 * @ovgpu: device whose queues are cancelled
 *
 * Context: Process. May sleep.
 */
void ovgpu_output_stop(struct ovgpu *ovgpu)
{
	unsigned int i;

	for (i = 0; i < ovgpu->output_count; i++)
		cancel_work_sync(&ovgpu->outputs[i].refused);
}

/**
 * ovgpu_output_init() - make all DRM objects of one scanout
 * @output: scanout; its device and index are set
 *
 * Return: 0 or a negative errno.
 */
int ovgpu_output_init(struct ovgpu_output *output)
{
	int err;

	INIT_WORK(&output->refused, ovgpu_output_refused_work);
	ovgpu_damage_forget(&output->history);
	err = ovgpu_cursor_init(output);
	if (err)
		return err;

	output->primary = ovgpu_plane_alloc_primary(output);
	if (IS_ERR(output->primary))
		return PTR_ERR(output->primary);

	output->cursor = ovgpu_cursor_alloc_plane(output);
	if (IS_ERR(output->cursor))
		return PTR_ERR(output->cursor);

	err = ovgpu_crtc_init(output);
	if (err)
		return err;

	err = drmm_encoder_init(output->ovgpu->drm, &output->encoder, NULL,
				DRM_MODE_ENCODER_VIRTUAL, NULL);
	if (err)
		return err;

	output->encoder.possible_crtcs = drm_crtc_mask(&output->crtc);
	return ovgpu_output_connector_init(output);
}

static struct ovgpu_cmd *ovgpu_output_ask(struct ovgpu *ovgpu, u32 answer_len)
{
	struct ovgpu_cmd *cmd = ovgpu_queue_cmd_alloc(ovgpu);

	if (cmd && ovgpu_queue_cmd_answer_buf(cmd, answer_len)) {
		ovgpu_queue_cmd_put(cmd);
		return NULL;
	}
	return cmd;
}

/* Return: an error only if the host said nothing, which is not "no EDID". */
static int ovgpu_output_take_edid(struct ovgpu *ovgpu, unsigned int index,
				  struct ovgpu_cmd *cmd,
				  struct ovgpu_edid *edid)
{
	int err = orion_cmd_wait(&cmd->base);

	if (err == -ETIMEDOUT || err == -EIO || err == -ENODEV)
		return err;

	/* The queue has told already of what the host refused. */
	if (!err && ovgpu_edid_take(edid, cmd->buf, cmd->base.used))
		drm_warn(ovgpu->drm,
			 "scanout %u: the host's EDID (%u bytes) is no EDID, using standard modes\n",
			 index, cmd->base.used);
	return 0;
}

/**
 * struct ovgpu_question - all that the host is asked for at once
 * @info: owned; display info of all scanouts
 * @edids: owned; EDID of each scanout, or NULL
 */
struct ovgpu_question {
	struct ovgpu_cmd *info;
	struct ovgpu_cmd *edids[VIRTIO_GPU_MAX_SCANOUTS];
};

static void ovgpu_output_question_put(struct ovgpu_question *question)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(question->edids); i++)
		if (question->edids[i])
			ovgpu_queue_cmd_put(question->edids[i]);
	if (question->info)
		ovgpu_queue_cmd_put(question->info);
}

static int ovgpu_output_question_alloc(struct ovgpu *ovgpu,
				       struct ovgpu_question *question)
{
	unsigned int i;

	question->info =
		ovgpu_output_ask(ovgpu,
				 sizeof(struct virtio_gpu_resp_display_info));
	if (!question->info)
		return -ENOMEM;

	for (i = 0; i < ovgpu->output_count && ovgpu->has_edid; i++) {
		question->edids[i] =
			ovgpu_output_ask(ovgpu,
					 sizeof(struct virtio_gpu_resp_edid));
		if (!question->edids[i])
			goto err_put;
	}

	return 0;

err_put:
	ovgpu_output_question_put(question);
	return -ENOMEM;
}

/* Each command has a reference for the queue, and one for us. */
static void ovgpu_output_submit(struct ovgpu *ovgpu,
				struct ovgpu_question *question)
{
	struct ovgpu_cmd *cmd = question->info;
	LIST_HEAD(batch);
	unsigned int i;

	orion_cmd_get(&cmd->base);
	ovgpu_queue_add(cmd, ovgpu_cmd_get_display_info(&cmd->req), &batch);
	for (i = 0; i < ARRAY_SIZE(question->edids); i++) {
		cmd = question->edids[i];
		if (!cmd)
			continue;
		orion_cmd_get(&cmd->base);
		ovgpu_queue_add(cmd, ovgpu_cmd_get_edid(&cmd->req, i), &batch);
	}
	orion_cmdq_submit_batch(&ovgpu->queue.control, &batch);
}

static int ovgpu_output_fetch_into(struct ovgpu *ovgpu,
				   struct ovgpu_fetched *fetched)
{
	struct ovgpu_question question = { };
	unsigned int i;
	int err;

	err = ovgpu_output_question_alloc(ovgpu, &question);
	if (err)
		return err;

	ovgpu_output_submit(ovgpu, &question);
	err = orion_cmd_wait(&question.info->base);
	for (i = 0; i < ovgpu->output_count && !err; i++) {
		ovgpu_cmd_read_display(question.info->buf, i,
				       &fetched->display[i]);
		ovgpu_output_bound(&fetched->display[i]);
		if (question.edids[i])
			err = ovgpu_output_take_edid(ovgpu, i,
						     question.edids[i],
						     &fetched->edid[i]);
	}
	ovgpu_output_question_put(&question);

	return err;
}

/* Return: true if anything is not as it was. */
static bool ovgpu_output_publish(struct ovgpu_output *output,
				 const struct ovgpu_display *display,
				 const struct ovgpu_edid *edid)
{
	struct drm_device *drm = output->ovgpu->drm;
	struct drm_mode_config *config = &drm->mode_config;

	lockdep_assert_held(&config->mutex);

	if (!memcmp(&output->display, display, sizeof(*display)) &&
	    !memcmp(&output->edid, edid, sizeof(*edid)))
		return false;

	output->display = *display;
	output->edid = *edid;
	drm_object_property_set_value(&output->connector.base,
				      config->suggested_x_property, display->x);
	drm_object_property_set_value(&output->connector.base,
				      config->suggested_y_property, display->y);
	return true;
}

/**
 * ovgpu_output_fetch() - learn what the host wants, and tell who listens
 * @ovgpu: device
 *
 * Context: Process. May sleep, for the host as well, up to the control queue's
 * timeout.
 * Return: 0, or a negative errno with everything as it was.
 */
int ovgpu_output_fetch(struct ovgpu *ovgpu)
{
	struct drm_mode_config *config = &ovgpu->drm->mode_config;
	struct ovgpu_fetched *fetched;
	struct ovgpu_output *output;
	unsigned long changed = 0;
	unsigned int i;
	int err;

	fetched = kvzalloc(sizeof(*fetched), GFP_KERNEL);
	if (!fetched)
		return -ENOMEM;

	err = ovgpu_output_fetch_into(ovgpu, fetched);
	if (err)
		goto out_free;

	mutex_lock(&config->mutex);
	for (i = 0; i < ovgpu->output_count; i++)
		if (ovgpu_output_publish(&ovgpu->outputs[i],
					 &fetched->display[i],
					 &fetched->edid[i]))
			__set_bit(i, &changed);
	mutex_unlock(&config->mutex);

	for_each_set_bit(i, &changed, ovgpu->output_count) {
		output = &ovgpu->outputs[i];
		if (output->connector.registration_state ==
		    DRM_CONNECTOR_REGISTERED)
			drm_kms_helper_connector_hotplug_event(&output->connector);
	}

out_free:
	kvfree(fetched);
	return err;
}

/**
 * ovgpu_output_changed() - the host's configuration changed
 * @ovgpu: device
 *
 * An event is cleared before its cause is fetched, so one that is raised
 * meanwhile is seen as another.
 *
 * Context: Process. May sleep, for the host as well.
 */
void ovgpu_output_changed(struct ovgpu *ovgpu)
{
	unsigned int round;
	u32 events;
	int err;

	for (round = 0; round < OVGPU_OUTPUT_ROUNDS; round++) {
		virtio_cread_le(ovgpu->vdev, struct virtio_gpu_config,
				events_read, &events);
		events &= VIRTIO_GPU_EVENT_DISPLAY;
		if (!events)
			return;

		virtio_cwrite_le(ovgpu->vdev, struct virtio_gpu_config,
				 events_clear, &events);
		err = ovgpu_output_fetch(ovgpu);
		if (err) {
			drm_err(ovgpu->drm,
				"the host's new displays are unknown: error %d\n",
				err);
			return;
		}
	}

	drm_warn_once(ovgpu->drm, "the host's displays change without end\n");
}
