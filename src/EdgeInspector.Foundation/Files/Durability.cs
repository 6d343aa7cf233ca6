namespace EdgeInspector.Foundation.Files;

/// <summary>What an <see cref="AtomicFile"/> outlives from the moment on at which it has its name.</summary>
public enum Durability
{
    /// <summary>The end of the process, however the process ends. After a power cut the file may be empty, or gone.</summary>
    ProcessEnd,

    /// <summary>
    /// A power cut as well: the content is on the disk before the file gets its name. For the seconds that a file system takes to write the
    /// name down, a power cut may bring back the file that was there before, whole.
    /// </summary>
    PowerCut,
}
