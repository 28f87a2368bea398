// SPDX-License-Identifier: GPL-2.0-only
/*
 * A small computation by Vulkan: each number of an array becomes its square plus
 * its place, in memory that the program maps. Every one of them is checked.
 *
 * vkcompute ROUNDS
 *	prints the device's name, then a line for each round; 0 rounds never end.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <vulkan/vulkan.h>

#define COUNT	65536
#define GROUP	64

#define CHECK(call) check(call, #call)

static void check(VkResult result, const char *what)
{
	if (result == VK_SUCCESS)
		return;
	fprintf(stderr, "%s: error %d\n", what, result);
	exit(1);
}

/* Words of the shader: an instruction's length and number, then its operands. */
#define OP(op, words) ((words) << 16 | (op))

enum id {
	NONE, MAIN, GLOBAL, ARRAY, BLOCK, DATA, VOID, FUNCTION, UINT, VEC3, IN_PTR,
	BLOCK_PTR, ZERO, UINT_PTR, LABEL, PLACE, X, AT, VALUE, SQUARE, SUM, BOUND
};

static const uint32_t shader[] = {
	0x07230203, 0x00010000, 0, BOUND, 0,
	OP(17, 2), 1,				/* Capability Shader */
	OP(14, 3), 0, 1,			/* MemoryModel Logical GLSL450 */
	OP(15, 6), 5, MAIN, 0x6e69616d, 0, GLOBAL, /* EntryPoint GLCompute "main" */
	OP(16, 6), MAIN, 17, GROUP, 1, 1,	/* ExecutionMode LocalSize */
	OP(71, 4), GLOBAL, 11, 28,		/* BuiltIn GlobalInvocationId */
	OP(71, 4), ARRAY, 6, 4,			/* ArrayStride 4 */
	OP(72, 5), BLOCK, 0, 35, 0,		/* member 0: Offset 0 */
	OP(71, 3), BLOCK, 3,			/* BufferBlock */
	OP(71, 4), DATA, 34, 0,			/* DescriptorSet 0 */
	OP(71, 4), DATA, 33, 0,			/* Binding 0 */
	OP(19, 2), VOID,
	OP(33, 3), FUNCTION, VOID,
	OP(21, 4), UINT, 32, 0,
	OP(23, 4), VEC3, UINT, 3,
	OP(32, 4), IN_PTR, 1, VEC3,
	OP(59, 4), IN_PTR, GLOBAL, 1,
	OP(29, 3), ARRAY, UINT,
	OP(30, 3), BLOCK, ARRAY,
	OP(32, 4), BLOCK_PTR, 2, BLOCK,
	OP(59, 4), BLOCK_PTR, DATA, 2,
	OP(43, 4), UINT, ZERO, 0,
	OP(32, 4), UINT_PTR, 2, UINT,
	OP(54, 5), VOID, MAIN, 0, FUNCTION,
	OP(248, 2), LABEL,
	OP(61, 4), VEC3, PLACE, GLOBAL,		/* Load */
	OP(81, 5), UINT, X, PLACE, 0,		/* CompositeExtract */
	OP(65, 6), UINT_PTR, AT, DATA, ZERO, X,	/* AccessChain */
	OP(61, 4), UINT, VALUE, AT,
	OP(132, 5), UINT, SQUARE, VALUE, VALUE,
	OP(128, 5), UINT, SUM, SQUARE, X,
	OP(62, 3), AT, SUM,			/* Store */
	OP(253, 1),
	OP(56, 1),
};

struct compute {
	VkPhysicalDevice gpu;
	VkDevice device;
	uint32_t family;
	VkQueue queue;
	VkBuffer buffer;
	uint32_t *numbers;
	VkDescriptorSetLayout set_layout;
	VkDescriptorSet set;
	VkPipelineLayout layout;
	VkPipeline pipeline;
	VkCommandBuffer commands;
	VkFence fence;
};

static void open_device(struct compute *compute)
{
	const VkApplicationInfo app = {
		.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
		.apiVersion = VK_API_VERSION_1_0 };
	const VkInstanceCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
		.pApplicationInfo = &app };
	VkPhysicalDeviceProperties properties;
	VkInstance instance;
	uint32_t count = 1;
	VkResult result;

	CHECK(vkCreateInstance(&info, NULL, &instance));
	result = vkEnumeratePhysicalDevices(instance, &count, &compute->gpu);
	if (result != VK_INCOMPLETE)
		CHECK(result);
	if (!count)
		check(VK_ERROR_INITIALIZATION_FAILED, "no device");
	vkGetPhysicalDeviceProperties(compute->gpu, &properties);
	printf("%s\n", properties.deviceName);
}

static void open_queue(struct compute *compute)
{
	const float priority = 1;
	VkDeviceQueueCreateInfo queue = {
		.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
		.queueCount = 1, .pQueuePriorities = &priority };
	const VkDeviceCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
		.queueCreateInfoCount = 1, .pQueueCreateInfos = &queue };
	VkQueueFamilyProperties families[8];
	uint32_t count = 8;
	uint32_t i;

	vkGetPhysicalDeviceQueueFamilyProperties(compute->gpu, &count, families);
	for (i = 0; i < count; i++)
		if (families[i].queueFlags & VK_QUEUE_COMPUTE_BIT)
			break;
	if (i == count)
		check(VK_ERROR_FEATURE_NOT_PRESENT, "no queue that computes");
	compute->family = i;
	queue.queueFamilyIndex = i;
	CHECK(vkCreateDevice(compute->gpu, &info, NULL, &compute->device));
	vkGetDeviceQueue(compute->device, i, 0, &compute->queue);
}

static uint32_t find_memory(const struct compute *compute, uint32_t types)
{
	const VkMemoryPropertyFlags want = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT |
					   VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
	VkPhysicalDeviceMemoryProperties memory;
	uint32_t i;

	vkGetPhysicalDeviceMemoryProperties(compute->gpu, &memory);
	for (i = 0; i < memory.memoryTypeCount; i++)
		if (types & 1U << i &&
		    (memory.memoryTypes[i].propertyFlags & want) == want)
			return i;
	check(VK_ERROR_MEMORY_MAP_FAILED, "no memory to map");
	return 0;
}

static void make_buffer(struct compute *compute)
{
	const VkBufferCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
		.size = COUNT * sizeof(uint32_t),
		.usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT };
	VkMemoryAllocateInfo allocation = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO };
	VkMemoryRequirements needs;
	VkDeviceMemory memory;
	void *mapped;

	CHECK(vkCreateBuffer(compute->device, &info, NULL, &compute->buffer));
	vkGetBufferMemoryRequirements(compute->device, compute->buffer, &needs);
	allocation.allocationSize = needs.size;
	allocation.memoryTypeIndex = find_memory(compute, needs.memoryTypeBits);
	CHECK(vkAllocateMemory(compute->device, &allocation, NULL, &memory));
	CHECK(vkBindBufferMemory(compute->device, compute->buffer, memory, 0));
	CHECK(vkMapMemory(compute->device, memory, 0, VK_WHOLE_SIZE, 0, &mapped));
	compute->numbers = mapped;
}

static void make_set(struct compute *compute)
{
	const VkDescriptorSetLayoutBinding binding = {
		.descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
		.descriptorCount = 1, .stageFlags = VK_SHADER_STAGE_COMPUTE_BIT };
	const VkDescriptorSetLayoutCreateInfo layout = {
		.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO,
		.bindingCount = 1, .pBindings = &binding };
	const VkDescriptorPoolSize size = {
		.type = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, .descriptorCount = 1 };
	const VkDescriptorPoolCreateInfo pool_info = {
		.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO,
		.maxSets = 1, .poolSizeCount = 1, .pPoolSizes = &size };
	VkDescriptorSetAllocateInfo allocation = {
		.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO,
		.descriptorSetCount = 1, .pSetLayouts = &compute->set_layout };
	const VkDescriptorBufferInfo buffer = {
		.buffer = compute->buffer, .range = VK_WHOLE_SIZE };
	VkWriteDescriptorSet write = {
		.sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET,
		.descriptorCount = 1, .pBufferInfo = &buffer,
		.descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER };
	VkDescriptorPool pool;

	CHECK(vkCreateDescriptorSetLayout(compute->device, &layout, NULL,
					  &compute->set_layout));
	CHECK(vkCreateDescriptorPool(compute->device, &pool_info, NULL, &pool));
	allocation.descriptorPool = pool;
	CHECK(vkAllocateDescriptorSets(compute->device, &allocation,
				       &compute->set));
	write.dstSet = compute->set;
	vkUpdateDescriptorSets(compute->device, 1, &write, 0, NULL);
}

static void make_pipeline(struct compute *compute)
{
	const VkPipelineLayoutCreateInfo layout = {
		.sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO,
		.setLayoutCount = 1, .pSetLayouts = &compute->set_layout };
	const VkShaderModuleCreateInfo code = {
		.sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO,
		.codeSize = sizeof(shader), .pCode = shader };
	VkComputePipelineCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO,
		.stage = {
			.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
			.stage = VK_SHADER_STAGE_COMPUTE_BIT, .pName = "main" } };

	CHECK(vkCreatePipelineLayout(compute->device, &layout, NULL,
				     &compute->layout));
	CHECK(vkCreateShaderModule(compute->device, &code, NULL,
				   &info.stage.module));
	info.layout = compute->layout;
	CHECK(vkCreateComputePipelines(compute->device, VK_NULL_HANDLE, 1, &info,
				       NULL, &compute->pipeline));
}

static void make_commands(struct compute *compute)
{
	const VkCommandPoolCreateInfo pool_info = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
		.queueFamilyIndex = compute->family };
	VkCommandBufferAllocateInfo allocation = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
		.commandBufferCount = 1 };
	const VkCommandBufferBeginInfo begin = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO };
	const VkFenceCreateInfo fence = {
		.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO };
	VkCommandPool pool;

	CHECK(vkCreateCommandPool(compute->device, &pool_info, NULL, &pool));
	allocation.commandPool = pool;
	CHECK(vkAllocateCommandBuffers(compute->device, &allocation,
				       &compute->commands));
	CHECK(vkBeginCommandBuffer(compute->commands, &begin));
	vkCmdBindPipeline(compute->commands, VK_PIPELINE_BIND_POINT_COMPUTE,
			  compute->pipeline);
	vkCmdBindDescriptorSets(compute->commands, VK_PIPELINE_BIND_POINT_COMPUTE,
				compute->layout, 0, 1, &compute->set, 0, NULL);
	vkCmdDispatch(compute->commands, COUNT / GROUP, 1, 1);
	CHECK(vkEndCommandBuffer(compute->commands));
	CHECK(vkCreateFence(compute->device, &fence, NULL, &compute->fence));
}

static void run_round(struct compute *compute, unsigned int round)
{
	const VkSubmitInfo submit = {
		.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
		.commandBufferCount = 1, .pCommandBuffers = &compute->commands };
	uint32_t i, start;

	for (i = 0; i < COUNT; i++)
		compute->numbers[i] = i + round;
	CHECK(vkResetFences(compute->device, 1, &compute->fence));
	CHECK(vkQueueSubmit(compute->queue, 1, &submit, compute->fence));
	CHECK(vkWaitForFences(compute->device, 1, &compute->fence, VK_TRUE,
			      60 * 1000000000ULL));
	for (i = 0; i < COUNT; i++) {
		start = i + round;
		if (compute->numbers[i] == start * start + i)
			continue;
		fprintf(stderr, "round %u: number %u is %u\n", round, i,
			compute->numbers[i]);
		exit(1);
	}
	printf("round %u: %u numbers\n", round, COUNT);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	unsigned int rounds = argc > 1 ? atoi(argv[1]) : 1;
	struct compute compute = { 0 };
	unsigned int i;

	open_device(&compute);
	open_queue(&compute);
	make_buffer(&compute);
	make_set(&compute);
	make_pipeline(&compute);
	make_commands(&compute);
	for (i = 0; !rounds || i < rounds; i++)
		run_round(&compute, i);
	return 0;
}
