namespace Rotom.Engine.Commands;

/// <summary>GEOSEARCH GEOSEARCHSTORE GEORADIUS GEORADIUSBYMEMBER and their _RO forms.</summary>
internal static class GeoSearchCommands
{
    private const string SearchComplexity =
        "O(N+log(M)) where N is the number of elements in the grid-aligned bounding box area "
        + "around the shape provided as the filter and M is the number of items inside the shape";

    private const string RadiusComplexity =
        "O(N+log(M)) where N is the number of elements inside the bounding box of the circular "
        + "area delimited by center and radius and M is the number of items inside the index.";

    private const string SearchSyntax =
        "from:<FROMMEMBER member | fromlonlat:<FROMLONLAT longitude:double latitude:double>> "
        + "by:<circle:<BYRADIUS radius:double unit:<M | KM | FT | MI>> | "
        + "box:<BYBOX width:double height:double unit:<M | KM | FT | MI>>> order:[ASC | DESC] "
        + "count-block:[COUNT count:integer [ANY]]";

    private const string With = "[WITHCOORD] [WITHDIST] [WITHHASH]";

    private const string RadiusSyntax =
        "radius:double unit:<M | KM | FT | MI> " + With
        + " count-block:[COUNT count:integer [ANY@6.2.0]] order:[ASC | DESC]";

    private const string Store = " store:[STORE storekey:key | STOREDIST storedistkey:key]";

    /// <summary>Queries a geospatial index for members inside an area of a box or a circle.
    /// </summary>
    [Command("GEOSEARCH", Arity = -7, Since = "6.2.0", Complexity = SearchComplexity,
        Group = Group.Geo, Flags = CommandFlags.ReadOnly, Acl = Acl.Geo,
        Syntax = "key " + SearchSyntax + " " + With)]
    [Key(1, Access.Read)]
    internal static void Search(ref CommandContext c) =>
        new GeoSearch(GeoSearchForm.Search).Run(ref c);

    /// <summary>Queries a geospatial index for members inside an area of a box or a circle,
    /// optionally stores the result.</summary>
    [Command("GEOSEARCHSTORE", Arity = -8, Since = "6.2.0", Complexity = SearchComplexity,
        Group = Group.Geo, Flags = CommandFlags.Write | CommandFlags.DenyOom, Acl = Acl.Geo,
        Syntax = "destination:key source:key " + SearchSyntax + " [STOREDIST]")]
    [Key(1, Access.OW | Access.Update)]
    [Key(2, Access.Read)]
    internal static void SearchStore(ref CommandContext c) =>
        new GeoSearch(GeoSearchForm.SearchStore).Run(ref c);

    /// <summary>Queries a geospatial index for members within a distance from a coordinate,
    /// optionally stores the result.</summary>
    [Command("GEORADIUS", Arity = -6, Since = "3.2.0", Complexity = RadiusComplexity,
        Group = Group.Geo, Flags = CommandFlags.Write | CommandFlags.DenyOom, Acl = Acl.Geo,
        Syntax = "key longitude:double latitude:double " + RadiusSyntax + Store,
        DeprecatedSince = "6.2.0",
        ReplacedBy = "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` argument")]
    [Key(1, Access.Read)]
    [KeyAfterToken("STORE", 6, Access.OW | Access.Update)]
    [KeyAfterToken("STOREDIST", 6, Access.OW | Access.Update)]
    internal static void Radius(ref CommandContext c) =>
        new GeoSearch(GeoSearchForm.Radius).Run(ref c);

    /// <summary>Returns members from a geospatial index that are within a distance from a
    /// coordinate.</summary>
    [Command("GEORADIUS_RO", Arity = -6, Since = "3.2.10", Complexity = RadiusComplexity,
        Group = Group.Geo, Flags = CommandFlags.ReadOnly, Acl = Acl.Geo,
        Syntax = "key longitude:double latitude:double " + RadiusSyntax,
        DeprecatedSince = "6.2.0", ReplacedBy = "`GEOSEARCH` with the `BYRADIUS` argument")]
    [Key(1, Access.Read)]
    internal static void RadiusRo(ref CommandContext c) =>
        new GeoSearch(GeoSearchForm.RadiusRo).Run(ref c);

    /// <summary>Queries a geospatial index for members within a distance from a member, optionally
    /// stores the result.</summary>
    [Command("GEORADIUSBYMEMBER", Arity = -5, Since = "3.2.0", Complexity = RadiusComplexity,
        Group = Group.Geo, Flags = CommandFlags.Write | CommandFlags.DenyOom, Acl = Acl.Geo,
        Syntax = "key member " + RadiusSyntax + Store, DeprecatedSince = "6.2.0",
        ReplacedBy = "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` and `FROMMEMBER` "
            + "arguments")]
    [Key(1, Access.Read)]
    [KeyAfterToken("STORE", 5, Access.OW | Access.Update)]
    [KeyAfterToken("STOREDIST", 5, Access.OW | Access.Update)]
    internal static void RadiusByMember(ref CommandContext c) =>
        new GeoSearch(GeoSearchForm.RadiusByMember).Run(ref c);

    /// <summary>Returns members from a geospatial index that are within a distance from a member.
    /// </summary>
    [Command("GEORADIUSBYMEMBER_RO", Arity = -5, Since = "3.2.10", Complexity = RadiusComplexity,
        Group = Group.Geo, Flags = CommandFlags.ReadOnly, Acl = Acl.Geo,
        Syntax = "key member " + RadiusSyntax, DeprecatedSince = "6.2.0",
        ReplacedBy = "`GEOSEARCH` with the `BYRADIUS` and `FROMMEMBER` arguments")]
    [Key(1, Access.Read)]
    internal static void RadiusByMemberRo(ref CommandContext c) =>
        new GeoSearch(GeoSearchForm.RadiusByMemberRo).Run(ref c);
}
