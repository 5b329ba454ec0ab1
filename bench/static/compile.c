// Compiles a SPIR-V compute shader with the Vulkan driver at hand and prints what the driver's compiler says of it: device and
// lanes, its statistics a line each, then the machine code. Runs nothing, so a device that is not there will do.
//   compile FILE.spv ENTRY
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vulkan/vulkan.h>

enum { MOST_BINDINGS = 16 };

static void check(VkResult result, const char *what) {
  if (result == VK_SUCCESS) return;
  fprintf(stderr, "%s fails with %d\n", what, result);
  exit(1);
}

static void *allocated(size_t bytes) {
  void *memory = calloc(1, bytes);
  if (memory) return memory;
  fprintf(stderr, "out of memory\n");
  exit(1);
}

static uint32_t *readFile(const char *path, size_t *bytes) {
  FILE *file = fopen(path, "rb");
  if (!file) {
    perror(path);
    exit(1);
  }
  fseek(file, 0, SEEK_END);
  *bytes = (size_t)ftell(file);
  rewind(file);
  uint32_t *words = allocated(*bytes);
  if (fread(words, 1, *bytes, file) != *bytes) {
    perror(path);
    exit(1);
  }
  fclose(file);
  return words;
}

/** A device with what Dawn asks for: its shaders declare it. */
static VkDevice openDevice(void) {
  VkApplicationInfo application = {
    .sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
    .apiVersion = VK_API_VERSION_1_3,
  };
  VkInstanceCreateInfo instanceInfo = {
    .sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
    .pApplicationInfo = &application,
  };
  VkInstance instance;
  check(vkCreateInstance(&instanceInfo, NULL, &instance), "vkCreateInstance");
  uint32_t count = 1;
  VkPhysicalDevice physical = VK_NULL_HANDLE;
  vkEnumeratePhysicalDevices(instance, &count, &physical); // VK_INCOMPLETE where there are more
  if (count == 0) {
    fprintf(stderr, "the driver has no device\n");
    exit(1);
  }
  VkPhysicalDeviceDriverProperties driver = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES };
  VkPhysicalDeviceProperties2 properties = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2,
    .pNext = &driver,
  };
  vkGetPhysicalDeviceProperties2(physical, &properties);
  printf("Device: %s, %s\n", properties.properties.deviceName, driver.driverInfo);

  float priority = 1;
  VkDeviceQueueCreateInfo queue = {
    .sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
    .queueCount = 1,
    .pQueuePriorities = &priority,
  };
  const char *extensions[] = {
    VK_KHR_PIPELINE_EXECUTABLE_PROPERTIES_EXTENSION_NAME,
    VK_EXT_ROBUSTNESS_2_EXTENSION_NAME,
  };
  VkPhysicalDevicePipelineExecutablePropertiesFeaturesKHR executable = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PIPELINE_EXECUTABLE_PROPERTIES_FEATURES_KHR,
    .pipelineExecutableInfo = VK_TRUE,
  };
  // In place of bounds checks in the shader, as Dawn has it where there is this feature.
  VkPhysicalDeviceRobustness2FeaturesEXT robustness = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ROBUSTNESS_2_FEATURES_EXT,
    .pNext = &executable,
    .robustBufferAccess2 = VK_TRUE,
  };
  VkPhysicalDeviceVulkan13Features features13 = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES,
    .pNext = &robustness,
    .subgroupSizeControl = VK_TRUE,
    .computeFullSubgroups = VK_TRUE,
    .shaderZeroInitializeWorkgroupMemory = VK_TRUE,
    .maintenance4 = VK_TRUE,
  };
  VkPhysicalDeviceVulkan12Features features12 = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES,
    .pNext = &features13,
    .vulkanMemoryModel = VK_TRUE,
    .vulkanMemoryModelDeviceScope = VK_TRUE,
    .shaderFloat16 = VK_TRUE,
  };
  VkPhysicalDeviceVulkan11Features features11 = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES,
    .pNext = &features12,
    .storageBuffer16BitAccess = VK_TRUE,
  };
  VkPhysicalDeviceFeatures2 features = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2,
    .pNext = &features11,
    .features = { .robustBufferAccess = VK_TRUE },
  };
  VkDeviceCreateInfo deviceInfo = {
    .sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
    .pNext = &features,
    .queueCreateInfoCount = 1,
    .pQueueCreateInfos = &queue,
    .enabledExtensionCount = sizeof extensions / sizeof *extensions,
    .ppEnabledExtensionNames = extensions,
  };
  VkDevice device;
  check(vkCreateDevice(physical, &deviceInfo, NULL, &device), "vkCreateDevice");
  return device;
}

/** Storage buffers at all bindings of group 0: more than a shader uses do no harm. */
static VkPipelineLayout layoutOf(VkDevice device) {
  VkDescriptorSetLayoutBinding bindings[MOST_BINDINGS];
  for (uint32_t i = 0; i < MOST_BINDINGS; i++) {
    bindings[i] = (VkDescriptorSetLayoutBinding){
      .binding = i,
      .descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
      .descriptorCount = 1,
      .stageFlags = VK_SHADER_STAGE_COMPUTE_BIT,
    };
  }
  VkDescriptorSetLayoutCreateInfo setInfo = {
    .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO,
    .bindingCount = MOST_BINDINGS,
    .pBindings = bindings,
  };
  VkDescriptorSetLayout set;
  check(vkCreateDescriptorSetLayout(device, &setInfo, NULL, &set), "vkCreateDescriptorSetLayout");
  VkPipelineLayoutCreateInfo layoutInfo = {
    .sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO,
    .setLayoutCount = 1,
    .pSetLayouts = &set,
  };
  VkPipelineLayout layout;
  check(vkCreatePipelineLayout(device, &layoutInfo, NULL, &layout), "vkCreatePipelineLayout");
  return layout;
}

static VkPipeline compiled(VkDevice device, const char *path, const char *entry) {
  size_t bytes;
  uint32_t *code = readFile(path, &bytes);
  VkShaderModuleCreateInfo moduleInfo = {
    .sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO,
    .codeSize = bytes,
    .pCode = code,
  };
  VkShaderModule module;
  check(vkCreateShaderModule(device, &moduleInfo, NULL, &module), "vkCreateShaderModule");
  VkComputePipelineCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO,
    .flags = VK_PIPELINE_CREATE_CAPTURE_STATISTICS_BIT_KHR |
             VK_PIPELINE_CREATE_CAPTURE_INTERNAL_REPRESENTATIONS_BIT_KHR,
    .stage = {
      .sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
      .stage = VK_SHADER_STAGE_COMPUTE_BIT,
      .module = module,
      .pName = entry,
    },
    .layout = layoutOf(device),
  };
  VkPipeline pipeline;
  check(vkCreateComputePipelines(device, VK_NULL_HANDLE, 1, &info, NULL, &pipeline), "vkCreateComputePipelines");
  return pipeline;
}

#define PROCEDURE(name) PFN_##name name = (PFN_##name)vkGetDeviceProcAddr(device, #name)

static void tell(VkDevice device, VkPipeline pipeline) {
  PROCEDURE(vkGetPipelineExecutablePropertiesKHR);
  PROCEDURE(vkGetPipelineExecutableStatisticsKHR);
  PROCEDURE(vkGetPipelineExecutableInternalRepresentationsKHR);

  VkPipelineInfoKHR of = { .sType = VK_STRUCTURE_TYPE_PIPELINE_INFO_KHR, .pipeline = pipeline };
  uint32_t count = 1; // a compute pipeline is one executable
  VkPipelineExecutablePropertiesKHR properties = { .sType = VK_STRUCTURE_TYPE_PIPELINE_EXECUTABLE_PROPERTIES_KHR };
  check(vkGetPipelineExecutablePropertiesKHR(device, &of, &count, &properties), "executable properties");
  printf("Lanes: %u\n", properties.subgroupSize);

  VkPipelineExecutableInfoKHR executable = {
    .sType = VK_STRUCTURE_TYPE_PIPELINE_EXECUTABLE_INFO_KHR,
    .pipeline = pipeline,
  };
  check(vkGetPipelineExecutableStatisticsKHR(device, &executable, &count, NULL), "statistics");
  VkPipelineExecutableStatisticKHR *statistics = allocated(count * sizeof *statistics);
  for (uint32_t i = 0; i < count; i++)
    statistics[i].sType = VK_STRUCTURE_TYPE_PIPELINE_EXECUTABLE_STATISTIC_KHR;
  check(vkGetPipelineExecutableStatisticsKHR(device, &executable, &count, statistics), "statistics");
  for (uint32_t i = 0; i < count; i++)
    printf("%s: %llu\n", statistics[i].name, (unsigned long long)statistics[i].value.u64);

  check(vkGetPipelineExecutableInternalRepresentationsKHR(device, &executable, &count, NULL), "representations");
  VkPipelineExecutableInternalRepresentationKHR *texts = allocated(count * sizeof *texts);
  for (uint32_t i = 0; i < count; i++)
    texts[i].sType = VK_STRUCTURE_TYPE_PIPELINE_EXECUTABLE_INTERNAL_REPRESENTATION_KHR;
  check(vkGetPipelineExecutableInternalRepresentationsKHR(device, &executable, &count, texts), "sizes of representations");
  for (uint32_t i = 0; i < count; i++) texts[i].pData = allocated(texts[i].dataSize + 1);
  check(vkGetPipelineExecutableInternalRepresentationsKHR(device, &executable, &count, texts), "representations");
  for (uint32_t i = 0; i < count; i++)
    if (!strcmp(texts[i].name, "Assembly")) printf("\n%s\n", (char *)texts[i].pData);
}

int main(int count, char **arguments) {
  if (count != 3) {
    fprintf(stderr, "compile FILE.spv ENTRY\n");
    return 1;
  }
  VkDevice device = openDevice();
  tell(device, compiled(device, arguments[1], arguments[2]));
  return 0; // which gives everything back
}
