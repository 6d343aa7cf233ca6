using System.Collections.Concurrent;
using System.Reflection;

namespace EdgeInspector.Settings;

/// <summary>Which properties of a type are settings: the public ones, also inherited, that can be written.</summary>
internal static class SettingProperties
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<PropertyInfo>> Known = new();

    /// <summary>The settings of a block; inherited ones first, each in the order of its declaration.</summary>
    public static IReadOnlyList<PropertyInfo> Of(Type block) => Known.GetOrAdd(
        block,
        static type => [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetMethod is { IsPublic: true } && property.SetMethod is { IsPublic: true }
                && property.GetIndexParameters().Length == 0)
            .OrderBy(property => Depth(property.DeclaringType!))]);

    /// <summary>The type of a list's elements, or null when the type is no list.</summary>
    public static Type? ElementOfList(Type type)
    {
        if (type.IsArray)
            return type.GetElementType();
        if (!type.IsGenericType)
            return null;
        Type shape = type.GetGenericTypeDefinition();
        return shape == typeof(List<>) || shape == typeof(IReadOnlyList<>) || shape == typeof(IList<>)
            || shape == typeof(IReadOnlyCollection<>)
            || shape == typeof(ICollection<>) || shape == typeof(IEnumerable<>)
            ? type.GetGenericArguments()[0]
            : null;
    }

    /// <summary>The type of a map's values, or null when the type is no map from names.</summary>
    public static Type? ElementOfMap(Type type) =>
        type.IsGenericType && type.GetGenericArguments() is [var key, var value] && key == typeof(string)
        && type.IsAssignableFrom(typeof(Dictionary<,>).MakeGenericType(key, value))
            ? value
            : null;

    private static int Depth(Type type) => type.BaseType is { } parent ? Depth(parent) + 1 : 0;
}
