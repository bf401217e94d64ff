// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/clang/tree_builder.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runner/scan/clang/cursor_text.h"
#include "runner/scan/clang/node_kind.h"

namespace memprof::scan {
namespace {

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n\\";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// The identifier that a text ends with: "add" of "this->items.template add".
std::string_view LastIdentifier(std::string_view text) {
  std::size_t begin = text.size();
  while (begin > 0 && (text[begin - 1] == '_' ||
                       std::isalnum(static_cast<unsigned char>(text[begin - 1])) != 0)) {
    --begin;
  }
  return text.substr(begin);
}

std::vector<CXCursor> ChildrenOf(CXCursor cursor) {
  std::vector<CXCursor> children;
  clang_visitChildren(
      cursor,
      [](CXCursor child, CXCursor, CXClientData data) {
        static_cast<std::vector<CXCursor>*>(data)->push_back(child);
        return CXChildVisit_Continue;
      },
      &children);
  return children;
}

class TreeBuilder {
 public:
  explicit TreeBuilder(CXTranslationUnit parsed) : parsed_(parsed) {}

  SyntaxUnit Build() {
    unit_.nodes.emplace_back();
    for (const CXCursor& top : ChildrenOf(clang_getTranslationUnitCursor(parsed_))) {
      if (clang_Location_isInSystemHeader(clang_getCursorLocation(top)) == 0) Add(top, 0);
    }
    NameMembersOfThis();
    return std::move(unit_);
  }

 private:
  /// What a cursor refers to, or declares, in all places the same.
  struct Entity {
    std::string_view id;
    std::string_view qualified;
    std::string_view class_id;
    Storage storage = Storage::kNone;
    bool is_system = false;
  };

  void Add(CXCursor cursor, std::uint32_t parent) {
    const CXCursorKind kind = clang_getCursorKind(cursor);
    if (IsLeftOut(kind)) return;
    const std::vector<CXCursor> children = ChildrenOf(cursor);
    if (IsTransparent(kind)) {
      const auto counts = [](const CXCursor& child) {
        return !IsLeftOut(clang_getCursorKind(child));
      };
      const auto real = std::find_if(children.begin(), children.end(), counts);
      if (real != children.end() && std::none_of(real + 1, children.end(), counts)) {
        return Add(*real, parent);
      }
      // Default arguments and the like stand nowhere in the code.
      if (children.empty() && FilePlaceOf(clang_getCursorLocation(cursor)).line == 0) return;
    }
    const auto index = static_cast<std::uint32_t>(unit_.nodes.size());
    unit_.nodes.emplace_back();
    unit_.nodes[parent].children.push_back(index);
    unit_.nodes[index].parent = parent;
    unit_.nodes[index].kind = NodeKindOf(cursor);
    Place(cursor, index);
    Name(cursor, index);
    for (const CXCursor& child : children) {
      if (!IsOperatorName(child, unit_.nodes[index])) Add(child, index);
    }
    NameByText(cursor, index, children);
  }

  /// `operator=` between its operands, as libclang has it.
  static bool IsOperatorName(CXCursor child, const SyntaxNode& call) {
    if (call.kind != NodeKind::kCall || !call.name.starts_with("operator")) return false;
    const CXCursorKind kind = clang_getCursorKind(child);
    if (kind != CXCursor_DeclRefExpr && !IsTransparent(kind)) return false;
    return TextOf(clang_getCursorSpelling(child)) == call.name;
  }

  std::uint32_t FileNumber(CXFile file) {
    const auto [known, is_new] =
        file_numbers_.emplace(file, static_cast<std::uint32_t>(unit_.files.size()));
    if (is_new) {
      std::string name = TextOf(clang_File_tryGetRealPathName(file));
      if (name.empty()) name = TextOf(clang_getFileName(file));
      unit_.files.push_back(std::filesystem::path(name).lexically_normal().string());
    }
    return known->second;
  }

  void Place(CXCursor cursor, std::uint32_t index) {
    SyntaxNode& node = unit_.nodes[index];
    const CXSourceLocation location = clang_getCursorLocation(cursor);
    const CXSourceRange extent = clang_getCursorExtent(cursor);
    const FilePlace place = FilePlaceOf(location);
    const FilePlace begin = FilePlaceOf(clang_getRangeStart(extent));
    const FilePlace end = FilePlaceOf(clang_getRangeEnd(extent));
    node.line = static_cast<int>(place.line);
    node.column = static_cast<int>(place.column);
    node.begin_line = static_cast<int>(begin.line);
    node.end_line = static_cast<int>(end.line);
    if (place.file != nullptr) node.file = FileNumber(place.file);
  }

  static bool IsClass(CXCursorKind kind) {
    return kind == CXCursor_ClassDecl || kind == CXCursor_StructDecl ||
           kind == CXCursor_UnionDecl || kind == CXCursor_ClassTemplate ||
           kind == CXCursor_ClassTemplatePartialSpecialization;
  }

  Storage StorageOf(CXCursor variable) {
    const CXCursorKind scope = clang_getCursorKind(clang_getCursorSemanticParent(variable));
    if (scope == CXCursor_TranslationUnit || scope == CXCursor_Namespace) return Storage::kGlobal;
    if (scope == CXCursor_ClassDecl || scope == CXCursor_StructDecl ||
        scope == CXCursor_UnionDecl || scope == CXCursor_ClassTemplate ||
        scope == CXCursor_ClassTemplatePartialSpecialization) {
      return Storage::kStaticMember;
    }
    return clang_Cursor_getStorageClass(variable) == CX_SC_Static ||
                   clang_getCursorTLSKind(variable) != CXTLS_None
               ? Storage::kFunctionStatic
               : Storage::kLocal;
  }

  Entity EntityOf(CXCursor cursor) {
    Entity entity;
    if (clang_Cursor_isNull(cursor) != 0) return entity;
    const CXCursor general = Generalised(cursor);
    entity.id = unit_.Keep(TextOf(clang_getCursorUSR(general)));
    if (entity.id.empty()) return entity;
    if (const auto known = entities_.find(entity.id); known != entities_.end()) {
      return known->second;
    }
    entity.qualified = unit_.Keep(QualifiedName(general));
    entity.is_system = clang_Location_isInSystemHeader(clang_getCursorLocation(general)) != 0;
    const CXCursor scope = clang_getCursorSemanticParent(general);
    if (IsClass(clang_getCursorKind(scope))) {
      entity.class_id = unit_.Keep(TextOf(clang_getCursorUSR(Generalised(scope))));
    }
    if (clang_getCursorKind(general) == CXCursor_VarDecl) entity.storage = StorageOf(general);
    return entities_.emplace(entity.id, entity).first->second;
  }

  static CXType TypeToTell(CXCursor cursor, NodeKind kind) {
    const CXType type = clang_getCursorType(cursor);
    switch (kind) {
      case NodeKind::kFunction:
      case NodeKind::kMethod:
        return clang_getResultType(type);
      case NodeKind::kNew:
        return clang_getPointeeType(type);
      case NodeKind::kCapture:
        return clang_getCursorType(clang_getCursorReferenced(cursor));
      default:
        return type;
    }
  }

  void Name(CXCursor cursor, std::uint32_t index) {
    const NodeKind kind = unit_.nodes[index].kind;
    const CXCursorKind cursor_kind = clang_getCursorKind(cursor);
    const bool refers = clang_isExpression(cursor_kind) != 0 ||
                        clang_isReference(cursor_kind) != 0 || kind == NodeKind::kBase;
    const CXCursor target = refers ? clang_getCursorReferenced(cursor) : cursor;
    const Entity entity = clang_isStatement(cursor_kind) != 0 || kind == NodeKind::kOther
                              ? Entity()
                              : EntityOf(target);
    const CXType type = TypeToTell(cursor, kind);
    SyntaxNode& node = unit_.nodes[index];
    node.name = unit_.Keep(TextOf(clang_getCursorSpelling(cursor)));
    node.id = entity.id;
    node.qualified = entity.qualified;
    node.class_id = entity.class_id;
    node.storage = entity.storage;
    node.is_system = entity.is_system;
    if (type.kind != CXType_Invalid) {
      node.written_type = unit_.Keep(TextOf(clang_getTypeSpelling(type)));
      node.type = unit_.Keep(TextOf(clang_getTypeSpelling(clang_getCanonicalType(type))));
      node.is_const = clang_isConstQualifiedType(clang_getCanonicalType(type)) != 0;
    }
    const bool has_size = kind == NodeKind::kVariable || kind == NodeKind::kField ||
                          kind == NodeKind::kParameter || kind == NodeKind::kCapture ||
                          kind == NodeKind::kLambda || kind == NodeKind::kNew;
    if (has_size) node.size = std::max<long long>(clang_Type_getSizeOf(type), -1);
    if (!refers) {
      node.is_definition = clang_isCursorDefinition(cursor) != 0;
      node.is_virtual = clang_CXXMethod_isVirtual(cursor) != 0;
      node.is_static = clang_CXXMethod_isStatic(cursor) != 0;
    }
    if (kind == NodeKind::kCall) {
      node.is_constructor = clang_getCursorKind(Generalised(target)) == CXCursor_Constructor ||
                            clang_getCursorKind(target) == CXCursor_Constructor;
    }
  }

  /// What libclang has no name for is read from the source.
  void NameByText(CXCursor cursor, std::uint32_t index, const std::vector<CXCursor>& children) {
    SyntaxNode& node = unit_.nodes[index];
    const CXSourceRange extent = clang_getCursorExtent(cursor);
    const FilePlace begin = FilePlaceOf(clang_getRangeStart(extent));
    const FilePlace end = FilePlaceOf(clang_getRangeEnd(extent));
    switch (node.kind) {
      case NodeKind::kBinary:
        if (children.size() == 2) node.name = unit_.Keep(Between(children[0], children[1]));
        break;
      case NodeKind::kUnary:
        node.name = unit_.Keep(UnaryOperator(begin, end, children));
        break;
      case NodeKind::kLiteral:
        node.name = unit_.Keep(SourceBetween(parsed_, begin, end));
        break;
      case NodeKind::kLambda: {
        const std::string_view text = SourceBetween(parsed_, begin, end);
        node.name = unit_.Keep(text.substr(0, text.find(']') + 1));
        break;
      }
      case NodeKind::kMember:
        NameMember(begin, end, children, &node);
        break;
      case NodeKind::kCall:
        if (node.name.empty() && !node.children.empty()) {
          const SyntaxNode& callee = unit_.nodes[node.children.front()];
          const bool is_named = callee.kind == NodeKind::kMember || callee.kind == NodeKind::kName;
          if (is_named) node.name = callee.name;
        }
        break;
      default:
        break;
    }
  }

  void NameMember(const FilePlace& begin, const FilePlace& end,
                  const std::vector<CXCursor>& children, SyntaxNode* node) {
    FilePlace from = begin;
    if (!children.empty()) {
      from = FilePlaceOf(clang_getRangeEnd(clang_getCursorExtent(children.front())));
    }
    const std::string_view text = SourceBetween(parsed_, from, end);
    node->is_arrow = Trimmed(text).starts_with("->");
    if (node->name.empty()) node->name = unit_.Keep(LastIdentifier(Trimmed(text)));
  }

  std::string_view Between(CXCursor left, CXCursor right) {
    return Trimmed(SourceBetween(parsed_,
                                 FilePlaceOf(clang_getRangeEnd(clang_getCursorExtent(left))),
                                 FilePlaceOf(clang_getRangeStart(clang_getCursorExtent(right)))));
  }

  std::string_view UnaryOperator(const FilePlace& begin, const FilePlace& end,
                                 const std::vector<CXCursor>& children) {
    if (children.size() != 1) return {};
    const CXSourceRange operand = clang_getCursorExtent(children.front());
    const std::string_view before =
        Trimmed(SourceBetween(parsed_, begin, FilePlaceOf(clang_getRangeStart(operand))));
    return before.empty()
               ? Trimmed(SourceBetween(parsed_, FilePlaceOf(clang_getRangeEnd(operand)), end))
               : before;
  }

  /// `this->entries_` within a template is nobody's to the compiler before there is an instance.
  void NameMembersOfThis() {
    std::map<std::pair<std::string_view, std::string_view>, std::uint32_t> fields;
    for (std::uint32_t i = 0; i < unit_.nodes.size(); ++i) {
      const SyntaxNode& node = unit_.nodes[i];
      if (node.kind == NodeKind::kField) fields.emplace(std::pair(node.class_id, node.name), i);
    }
    for (std::uint32_t i = 0; i < unit_.nodes.size(); ++i) {
      SyntaxNode& node = unit_.nodes[i];
      if (node.kind != NodeKind::kMember || !node.id.empty()) continue;
      if (unit_.nodes[unit_.Child(i, 0)].kind != NodeKind::kThis) continue;
      const std::uint32_t function = unit_.NamedFunctionOf(i);
      const auto field = fields.find(std::pair(unit_.nodes[function].class_id, node.name));
      if (field == fields.end()) continue;
      const SyntaxNode& declared = unit_.nodes[field->second];
      node.id = declared.id;
      node.qualified = declared.qualified;
      node.class_id = declared.class_id;
      node.type = declared.type;
      node.written_type = declared.written_type;
    }
  }

  CXTranslationUnit parsed_;
  SyntaxUnit unit_;
  std::unordered_map<CXFile, std::uint32_t> file_numbers_;
  std::unordered_map<std::string_view, Entity> entities_;
};

}  // namespace

SyntaxUnit BuildTree(CXTranslationUnit unit) { return TreeBuilder(unit).Build(); }

}  // namespace memprof::scan
